import { expect, test } from "vitest";
import { gracePeriods, plannedStretches, unplannedOf } from "./deploy-grace";

const MINUTE = 60_000;
/** In a window of 30 minutes that ends at minute 30. */
const planned = (...deployed: number[]) =>
  plannedStretches(
    gracePeriods(deployed.map((minute) => minute * MINUTE)),
    30 * MINUTE,
    30 * MINUTE,
    MINUTE / 2,
  ).map(({ fromMs, toMs }) => [fromMs / MINUTE, toMs / MINUTE]);

test.each<[string, number[], number[][]]>([
  ["no deployment", [], []],
  ["one in the middle", [10], [[10, 15]]],
  ["one just before the window", [-2], [[0, 3]]],
  ["one long before the window", [-5], []],
  ["one that has just begun", [28], [[28, 30]]],
  ["one that began within the last scrapes", [29.8], []],
  ["one after the instant", [31], []],
  ["two that overlap, in any order", [12, 10], [[10, 17]]],
  [
    "two that don't",
    [20, 2],
    [
      [2, 7],
      [20, 25],
    ],
  ],
])("the five minutes after a deployment are planned: %s", (_, deployed, stretches) => {
  expect(planned(...deployed)).toEqual(stretches);
});

test.each([
  [4, [], 4],
  [4, [4], 0],
  [4, [1, 2], 1],
  [4, [5], 0],
  [0, [], 0],
])("of %s restarts, with %j planned, %s count", (seen, parts, counted) => {
  expect(unplannedOf(seen, parts)).toBe(counted);
});
