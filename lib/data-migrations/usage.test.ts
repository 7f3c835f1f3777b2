import { describe, expect, test } from "vitest";
import { usageOf, usagePoints } from "./usage";

const grid = { fromMs: 0, toMs: 3_000, stepSeconds: 1 };
const definition = {
  declaredPeak: { cpuCores: 1.5, memoryBytes: 150, storageBytes: 15 },
  steadyState: { cpuCores: 1, memoryBytes: 100, storageBytes: 10 },
};
const cpu = (...values: (number | null)[]) =>
  usageOf(
    usagePoints(
      [
        {
          labels: { resource: "cpuCores" },
          points: values.flatMap((value, index): [number, number][] =>
            value === null ? [] : [[index * 1000, value]],
          ),
        },
      ],
      grid,
    ),
    definition,
    true,
  )[0];

describe("use against what was agreed", () => {
  test.each([
    ["up to the declared peak", [1, 1.5, 1, 1], "nothing"],
    ["beyond what was declared", [1, 1.6, 1, 1], "declared"],
    ["up to twice the steady state", [1, 2, 1, 1], "declared"],
    ["beyond twice the steady state", [1, 2.1, 1, 1], "most"],
    ["that wasn't measured", [], "nothing"],
  ] as const)("%s", (_, values, passed) => expect(cpu(...values)?.passed).toBe(passed));

  test("has the peak with its time, the value now, and no value where none was measured", () => {
    expect(cpu(1, 3, 2, 1)).toMatchObject({ now: 1, peak: { value: 3, atMs: 1_000 }, most: 2 });
    expect(cpu(1, 3, 2, null)).toMatchObject({ now: null });
    expect(cpu()).toMatchObject({ now: null, peak: null });
    expect(usageOf(usagePoints([], grid), definition, true)[2]).toMatchObject({
      resource: "storageBytes",
      peak: null,
    });
  });
});
