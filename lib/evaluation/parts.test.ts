import fc from "fast-check";
import { expect, test } from "vitest";
import { BAD_PARTS_AT_MOST, type BadPart, judgeParts, NO_BAD_PARTS, type SeenParts } from "./parts";
import { EXPIRES_AFTER_MISSING_MS, type JudgedThreshold, type StepReading } from "./step";

const ABOVE_90: JudgedThreshold = {
  value: 0.9,
  inclusive: false,
  forSeconds: 60,
  recoverForSeconds: 60,
  worse: "higher",
};
const HOUR_MS = 3_600_000;
const value = (share: number): StepReading => ({ kind: "value", value: share });
const seen = (values: Record<string, number>, gone: string[] = []): SeenParts => ({
  values: Object.entries(values).map(([name, share]) => ({ name: [name], value: share })),
  isGone: ([name]) => gone.includes(name ?? ""),
  windowMs: 0,
});
const part = (name: string, worst: number, absentSinceMs: number | null = null): BadPart => ({
  name: [name],
  worst,
  absentSinceMs,
});
const firing = (...badParts: BadPart[]) => ({ badParts, condition: "firing" as const });
const OK = { badParts: NO_BAD_PARTS, condition: "ok" as const };

test("remembers the parts that are outside the threshold, and leaves the breach what it is", () => {
  const judged = judgeParts(value(0.97), OK, seen({ db: 0.97, web: 0.4 }), ABOVE_90, 0);
  expect(judged).toEqual({ reading: value(0.97), badParts: [part("db", 0.97)] });
});

test("takes a good value for no data while a bad part isn't seen", () => {
  const judged = judgeParts(value(0.4), firing(part("db", 0.97)), seen({ web: 0.4 }), ABOVE_90, HOUR_MS);
  expect(judged).toEqual({ reading: { kind: "no-data" }, badParts: [part("db", 0.97, HOUR_MS)] });
});

test("believes a good value once the bad part itself is good", () => {
  const before = firing(part("db", 0.97, HOUR_MS));
  const judged = judgeParts(value(0.5), before, seen({ db: 0.5, web: 0.4 }), ABOVE_90, 2 * HOUR_MS);
  expect(judged).toEqual({ reading: value(0.5), badParts: [] });
});

test("waits for a window before it believes that a part is good: a rate falls while its samples leave the window", () => {
  const inWindow = { ...seen({ db: 0.7, web: 0.4 }), windowMs: 120_000 };
  const first = judgeParts(value(0.7), firing(part("db", 0.97)), inWindow, ABOVE_90, 0);
  expect(first).toEqual({ reading: value(0.7), badParts: [{ ...part("db", 0.97), goodSinceMs: 0 }] });
  const gone = { ...seen({ web: 0.4 }), windowMs: 120_000 };
  const vanished = judgeParts(value(0.4), firing(...first.badParts), gone, ABOVE_90, 90_000);
  expect(vanished).toEqual({ reading: { kind: "no-data" }, badParts: [part("db", 0.97, 90_000)] });
  expect(judgeParts(value(0.7), firing(...first.badParts), inWindow, ABOVE_90, 120_000).badParts).toEqual([]);
  const back = judgeParts(value(0.7), firing(...vanished.badParts), inWindow, ABOVE_90, 150_000);
  expect(back).toEqual({ reading: value(0.7), badParts: [{ ...part("db", 0.97), goodSinceMs: 150_000 }] });
  const bad = { ...seen({ db: 0.95 }), windowMs: 120_000 };
  expect(judgeParts(value(0.95), firing(...back.badParts), bad, ABOVE_90, 180_000).badParts).toEqual([
    part("db", 0.97),
  ]);
});

test("believes a good value once the bad part is gone on purpose", () => {
  const judged = judgeParts(value(0.4), firing(part("db", 0.97)), seen({ web: 0.4 }, ["db"]), ABOVE_90, 0);
  expect(judged).toEqual({ reading: value(0.4), badParts: [] });
});

test("keeps a missing part while another one breaches, so that its recovery doesn't hide it", () => {
  const first = judgeParts(value(0.95), firing(part("db", 0.97)), seen({ web: 0.95 }), ABOVE_90, 1);
  expect(first).toEqual({ reading: value(0.95), badParts: [part("db", 0.97, 1), part("web", 0.95)] });
  const then = judgeParts(value(0.4), firing(...first.badParts), seen({ web: 0.4 }), ABOVE_90, 2);
  expect(then).toEqual({ reading: { kind: "no-data" }, badParts: [part("db", 0.97, 1)] });
});

test("takes a good value for unknown where the parts could not be asked, and one that breaches for what it is", () => {
  const before = firing(part("db", 0.97));
  expect(judgeParts(value(0.4), before, null, ABOVE_90, 0)).toEqual({
    reading: { kind: "unknown" },
    badParts: before.badParts,
  });
  expect(judgeParts(value(0.95), before, null, ABOVE_90, 0).reading).toEqual(value(0.95));
  expect(judgeParts(value(0.4), firing(), null, ABOVE_90, 0).reading).toEqual(value(0.4));
});

test("leaves what isn't a value as it is", () => {
  const before = firing(part("db", 0.97));
  for (const kind of ["no-data", "no-traffic", "unknown"] as const)
    expect(judgeParts({ kind }, before, seen({}), ABOVE_90, 0)).toEqual({
      reading: { kind },
      badParts: before.badParts,
    });
});

test("waits for no part of a line that is ok", () => {
  const before = { badParts: [part("db", 0.97)], condition: "ok" as const };
  expect(judgeParts(value(0.4), before, seen({}), ABOVE_90, 0)).toEqual({
    reading: value(0.4),
    badParts: [],
  });
});

test("drops the missing part of a breach that never alerted after a day, and leaves an alert to expire", () => {
  const missing = part("db", 0.97, 0);
  const afterADay = EXPIRES_AFTER_MISSING_MS + 1;
  const judge = (condition: "pending" | "firing", atMs: number) =>
    judgeParts(value(0.4), { badParts: [missing], condition }, seen({}), ABOVE_90, atMs).reading.kind;
  expect(judge("pending", EXPIRES_AFTER_MISSING_MS)).toBe("no-data");
  expect(judge("pending", afterADay)).toBe("value");
  expect(judge("firing", afterADay)).toBe("no-data");
});

test("goes by the smaller value where that is the worse one", () => {
  const below: JudgedThreshold = { ...ABOVE_90, worse: "lower" };
  const { badParts } = judgeParts(value(0.5), firing(part("a", 0.6)), seen({ a: 0.7, b: 0.5 }), below, 0);
  expect(badParts).toEqual([part("a", 0.6), part("b", 0.5)]);
});

test("remembers a bounded number, those first that are missing, then the worst", () => {
  const many = Object.fromEntries(Array.from({ length: 500 }, (_, nth) => [`p${nth}`, 0.91 + nth / 10_000]));
  const { badParts } = judgeParts(value(0.99), firing(part("db", 0.92)), seen(many), ABOVE_90, 0);
  expect(badParts).toHaveLength(BAD_PARTS_AT_MOST);
  expect(badParts).toContainEqual(part("db", 0.92, 0));
  expect(badParts).toContainEqual(part("p499", 0.91 + 499 / 10_000));
});

test("is the same list where nothing changed, whatever the order of the answer", () => {
  const first = judgeParts(value(0.97), firing(), seen({ b: 0.95, a: 0.97 }), ABOVE_90, 0);
  const then = judgeParts(value(0.96), firing(...first.badParts), seen({ a: 0.96, b: 0.95 }), ABOVE_90, 1);
  expect(then.badParts).toEqual(first.badParts);
  const before = firing(...first.badParts);
  expect(judgeParts(value(0.96), before, seen({ a: 0.96, b: 0.95 }), ABOVE_90, 1).badParts).toBe(
    before.badParts,
  );
});

test("never reads a value as good while a part that was bad was neither seen good nor gone", () => {
  const names = ["a", "b", "c"];
  const slot = fc.record({
    values: fc.dictionary(fc.constantFrom(...names), fc.constantFrom(0.1, 0.5, 0.95, 0.99)),
    gone: fc.subarray(names),
    asked: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(slot, { maxLength: 30 }), (slots) => {
      let badParts: readonly BadPart[] = [];
      const owed = new Set<string>();
      slots.forEach(({ values, gone, asked }, atMs) => {
        const shares = Object.values(values);
        if (shares.length === 0) return;
        const absent = gone.filter((name) => !(name in values));
        const worst = Math.max(...shares);
        const given = asked ? seen(values, absent) : null;
        const judged = judgeParts(value(worst), firing(...badParts), given, ABOVE_90, atMs);
        ({ badParts } = judged);
        if (asked)
          for (const [name, share] of Object.entries(values)) owed[share > 0.9 ? "add" : "delete"](name);
        if (asked) for (const name of absent) owed.delete(name);
        const isGood = judged.reading.kind === "value" && worst <= 0.9;
        expect(isGood).toBe(worst <= 0.9 && owed.size === 0);
      });
    }),
  );
});
