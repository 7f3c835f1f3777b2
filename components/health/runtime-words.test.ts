import { expect, test } from "vitest";
import { replicaWords } from "./runtime-words";

test.each([
  [{ ready: 2, wanted: 2 }, "2 of 2 ready"],
  [{ ready: 0, wanted: 2 }, "0 of 2 ready"],
  [{ ready: 0, wanted: 0 }, "scaled to zero"],
  [{ ready: 2, wanted: null }, "2 ready"],
  [{ ready: null, wanted: 2 }, "2 wanted, ready not known"],
  [{ ready: null, wanted: null }, null],
])("replicas %j read %s: what could not be read is never a number", (replicas, words) => {
  expect(replicaWords({ ...replicas, updated: null })).toBe(words);
});
