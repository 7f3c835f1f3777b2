import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { JobMoment } from "./facts";
import { progressOf } from "./progress";

const MINUTE_MS = 60_000;
const moments = (...facts: JobMoment["facts"][]): JobMoment[] =>
  facts.map((each, index) => ({ atMs: index * MINUTE_MS, facts: each }));

describe("progress", () => {
  test("is nothing where the job reports nothing of what it did, whatever else it reports", () => {
    expect(progressOf(moments({ active: 1, created: 0 }, { errors: 3 }, { itemsExpected: 10 }))).toBeNull();
  });

  test("is taken from the job's own share, else from bytes, else from items", () => {
    const items = { itemsDone: 1, itemsExpected: 4 };
    const bytes = { bytesDone: 1, bytesExpected: 2 };
    expect(progressOf(moments({ ...items, ...bytes, ratio: 0.1 }))).toMatchObject({
      share: 0.1,
      basis: "ratio",
    });
    expect(progressOf(moments({ ...items, ...bytes }))).toMatchObject({ share: 0.5, basis: "bytes" });
    expect(progressOf(moments(items))).toMatchObject({ share: 0.25, basis: "items" });
  });

  test("without a whole has a count and a speed, and no share", () => {
    const progress = progressOf(moments(...[0, 60, 120, 180].map((itemsDone) => ({ itemsDone }))));
    expect(progress).toMatchObject({
      share: null,
      basis: null,
      items: { done: 180, expected: null, perSecond: 1 },
    });
    expect(progressOf(moments({ itemsDone: 5, itemsExpected: 0 }))).toMatchObject({ share: null });
  });

  test("above the whole is shown as it is", () => {
    expect(progressOf(moments({ itemsDone: 11, itemsExpected: 10 }))).toMatchObject({
      share: 1.1,
      oddities: [{ kind: "above-whole", share: 1.1 }],
    });
  });

  test("that goes back is named, and what came before it counts no more for an estimate", () => {
    const progress = progressOf(moments({ ratio: 0.4 }, { ratio: 0.5 }, { ratio: 0.1 }, { ratio: 0.2 }));
    expect(progress?.points.map(({ share }) => share)).toEqual([0.1, 0.2]);
    expect(progress?.oddities).toEqual([
      { kind: "went-back", fact: "ratio", from: 0.5, to: 0.1, atMs: 2 * MINUTE_MS },
    ]);
  });

  test("with a whole that changes is named, and counts against the whole of its time", () => {
    const progress = progressOf(
      moments({ itemsDone: 10, itemsExpected: 20 }, { itemsDone: 20, itemsExpected: 40 }, { itemsDone: 30 }),
    );
    expect(progress?.points.map(({ share }) => share)).toEqual([0.5, 0.5, 0.75]);
    expect(progress?.oddities).toEqual([
      { kind: "expected-changed", fact: "itemsExpected", from: 20, to: 40, atMs: MINUTE_MS },
    ]);
  });

  test.each([
    [Number.NaN, "not-a-number"],
    [Number.POSITIVE_INFINITY, "not-a-number"],
    [-1, "negative"],
  ])("of %d is passed over and named", (value, kind) => {
    const progress = progressOf(
      moments({ itemsDone: 3, itemsExpected: 10 }, { itemsDone: value, itemsExpected: 10 }),
    );
    expect(progress).toMatchObject({
      share: 0.3,
      items: { done: 3 },
      oddities: [{ kind, fact: "itemsDone" }],
    });
  });

  test("stands since its newest value was first seen", () => {
    const values = [1, 2, 2, 2].map((itemsDone) => ({ itemsDone }));
    expect(progressOf(moments(...values))?.advancedAtMs).toBe(MINUTE_MS);
    expect(
      progressOf(moments({ itemsDone: 2 }, { itemsDone: 2, bytesDone: 4 }, { bytesDone: 5 }))?.advancedAtMs,
    ).toBe(2 * MINUTE_MS);
  });

  test("of whatever a job reports is read without a fall, a NaN or a negative number among its points (property)", () => {
    const value = fc.oneof(fc.double(), fc.integer({ min: -5, max: 100 }));
    const facts = fc.record(
      {
        itemsDone: value,
        itemsExpected: value,
        bytesDone: value,
        bytesExpected: value,
        ratio: value,
        errors: value,
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.array(facts, { maxLength: 20 }), (all) => {
        const points = progressOf(moments(...all))?.points ?? [];
        points.forEach(({ share }, index) => {
          expect(share).toBeGreaterThanOrEqual(points[index - 1]?.share ?? 0);
        });
      }),
    );
  });
});
