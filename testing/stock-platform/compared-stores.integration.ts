import { MACHINES_OWN } from "./compared-stores";
import { comparedStoresTests } from "./compared-stores-tests";

comparedStoresTests(MACHINES_OWN);
