import { expect, test } from "vitest";
import { unplannedTimes } from "./deploy-grace";

const minutes = (times: { fromMs: number; toMs: number }[]) =>
  times.map(({ fromMs, toMs }) => [fromMs / 60_000, toMs / 60_000]);
const of = (...deployed: number[]) =>
  minutes(
    unplannedTimes(
      0,
      30 * 60_000,
      deployed.map((minute) => minute * 60_000),
    ),
  );

test.each<[string, number[], number[][]]>([
  ["no deployment", [], [[0, 30]]],
  [
    "one in the middle",
    [10],
    [
      [0, 10],
      [15, 30],
    ],
  ],
  ["one just before the window", [-2], [[3, 30]]],
  ["one that has just begun", [28], [[0, 28]]],
  [
    "two that overlap, in any order",
    [12, 10],
    [
      [0, 10],
      [17, 30],
    ],
  ],
  ["pieces too short to hold two samples", [0.5, 24.5], [[5.5, 24.5]]],
])("the five minutes after a deployment don't count: %s", (_, deployed, times) => {
  expect(of(...deployed)).toEqual(times);
});
