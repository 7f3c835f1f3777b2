import { expect, test } from "vitest";
import { type PartHistory, withSeenParts } from "./part-history";
import type { ReplayPoint } from "./replay";

const points = (count: number): ReplayPoint[] =>
  Array.from({ length: count }, (_, nth) => ({ atMs: nth * 60_000, reading: { kind: "value", value: 0.5 } }));

test("what is seen of parts is what was seen at each point, across stretches", () => {
  const seen = (from: number, to: number, last: number[]) => ({ from, to, last });
  const history = (parts: PartHistory["parts"]): PartHistory => ({
    windowSeconds: 120,
    parts,
    objects: null,
  });
  const all = withSeenParts([
    { points: points(5), parts: history([{ name: ["a"], seen: [seen(0, 3, [0.1, 0.2])] }]) },
    { points: points(2), parts: null },
    {
      points: points(4),
      parts: history([
        { name: ["a"], seen: [seen(1, 1, [0.3]), seen(3, 3, [0.4])] },
        { name: ["b"], seen: [seen(0, 3, [0.9])] },
      ]),
    },
  ]);
  const valuesOfA = all.map(({ seenParts }) => {
    const parts = seenParts?.();
    return parts ? (parts.values.find(({ name }) => name[0] === "a")?.value ?? "missing") : "not asked";
  });
  expect(valuesOfA).toEqual([
    ...[0.1, 0.1, 0.1, 0.2, "missing"],
    ...["not asked", "not asked"],
    ...["missing", 0.3, "missing", 0.4],
  ]);
});

test("a week of thousands of parts that come and go takes memory by what was seen, not by points and parts", () => {
  const week = points(10_080);
  const parts: PartHistory["parts"] = Array.from({ length: 5_000 }, (_, nth) => ({
    name: [`pod-${nth}`],
    seen: [{ from: nth, to: nth + 2, last: [0.1, 0.2, 0.3] }],
  }));
  const before = process.memoryUsage().arrayBuffers;
  const replayed = withSeenParts([{ points: week, parts: { windowSeconds: 120, parts, objects: null } }]);
  const grownBytes = process.memoryUsage().arrayBuffers - before;
  expect(replayed[4_000]?.seenParts?.()?.values.map(({ name }) => name[0])).toEqual([
    "pod-3998",
    "pod-3999",
    "pod-4000",
  ]);
  expect(grownBytes).toBeLessThan(20_000_000);
});
