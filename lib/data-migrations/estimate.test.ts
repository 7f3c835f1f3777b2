import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { estimateOf } from "./estimate";

const MINUTE_MS = 60_000;
const at = (shares: readonly number[], stepMs = MINUTE_MS) =>
  shares.map((share, index) => ({ atMs: index * stepMs, share }));
const steady = (from: number, to: number, points: number) =>
  at(Array.from({ length: points }, (_, index) => from + ((to - from) * index) / (points - 1)));

describe("an estimate", () => {
  const shares = fc
    .array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 0, maxLength: 60 })
    .map((values) => values.sort((a, b) => a - b));

  test("of progress that never falls is never in the past, and its time lies between its two ends (property)", () => {
    fc.assert(
      fc.property(shares, fc.integer({ min: 1, max: 7_200 }), fc.nat(), (values, stepSeconds, laterMs) => {
        const points = at(values, stepSeconds * 1000);
        const nowMs = (points.at(-1)?.atMs ?? 0) + laterMs;
        const estimate = estimateOf(points, nowMs);
        if (estimate.kind === "none") return;
        expect(estimate.fromMs).toBeGreaterThanOrEqual(nowMs);
        expect(estimate.atMs).toBeGreaterThanOrEqual(estimate.fromMs);
        expect(estimate.toMs).toBeGreaterThanOrEqual(estimate.atMs);
        expect(Number.isFinite(estimate.toMs)).toBe(true);
      }),
    );
  });

  test("of a job at one speed holds the true end (property)", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.05, max: 0.95, noNaN: true }),
        fc.integer({ min: 8, max: 200 }),
        (share, count) => {
          const points = steady(0, share, count);
          const nowMs = (count - 1) * MINUTE_MS;
          const estimate = estimateOf(points, nowMs);
          if (estimate.kind === "none") throw new Error(estimate.reason);
          const trueMs = nowMs / share;
          expect(estimate.fromMs).toBeLessThanOrEqual(trueMs);
          expect(estimate.toMs).toBeGreaterThanOrEqual(trueMs);
        },
      ),
    );
  });

  test("is wider the more the speed changed", () => {
    const even = estimateOf(steady(0, 0.5, 21), 20 * MINUTE_MS);
    const slowing = estimateOf(
      [...at([0, 0.1, 0.2, 0.3, 0.35, 0.4, 0.42, 0.44, 0.46, 0.48, 0.5])],
      10 * MINUTE_MS,
    );
    if (even.kind === "none" || slowing.kind === "none") throw new Error("no estimate");
    const width = ({ fromMs, toMs }: { fromMs: number; toMs: number }) => toMs - fromMs;
    expect(width(slowing)).toBeGreaterThan(width(even) / 2);
    expect(width(slowing) / (slowing.atMs - 10 * MINUTE_MS)).toBeGreaterThan(
      width(even) / (even.atMs - 20 * MINUTE_MS),
    );
  });

  test.each([
    ["no points", [], "no-whole"],
    ["everything done", steady(0, 1, 20), "all-done"],
    ["more than everything done", steady(0, 1.2, 20), "all-done"],
    ["three points", at([0, 0.2, 0.4], 10 * MINUTE_MS), "too-early"],
    ["four minutes", at([0, 0.1, 0.2, 0.3, 0.4]), "too-early"],
    ["one percent", steady(0, 0.01, 60), "too-early"],
    ["nothing lately", at([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.5, 0.5, 0.5, 0.5]), "standing"],
    ["a leap and then a crawl", at([0, 0.4, 0.401, 0.402, 0.403, 0.404, 0.405, 0.406]), "uneven"],
  ] as const)("isn't made of %s", (_, points, reason) => {
    expect(estimateOf(points, 3_600_000)).toEqual({ kind: "none", reason });
  });
});
