import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { provideLaterStores } from "@/setup/later-stores.mjs";
import { laterStore, MACHINES_OWN } from "./compared-stores";
import { comparedStoresTests } from "./compared-stores-tests";
import { stockPlatformTests } from "./stock-platform-tests";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const FETCH_WITHIN_MS = 240_000;

const { stores, missing } = await provideLaterStores(ROOT, AbortSignal.timeout(FETCH_WITHIN_MS));
const later = stores.map(laterStore);

describe("newer metrics stores", () => {
  test.each([...later.map(({ name }) => `${name} is compared.`), ...missing])("%s", () => {
    expect(later.length + missing.length).toBeGreaterThan(0);
  });
});

for (const store of later) stockPlatformTests(store);
comparedStoresTests([MACHINES_OWN[0], ...later]);
