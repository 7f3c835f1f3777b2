import { MACHINES_OWN } from "./compared-stores";
import { stockPlatformTests } from "./stock-platform-tests";

for (const store of MACHINES_OWN) stockPlatformTests(store);
