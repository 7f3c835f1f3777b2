import { describe, expect, test } from "vitest";
import { currentReading, type LineSamples, type ReadingRules, readingAt } from "./reading";

const NOW_MS = 1_000_000;
const fresh = { value: 0.5, sampledAtMs: NOW_MS - 15_000, requests: 100 };
const rules: ReadingRules = { staleAfterSeconds: 90, minimumRequests: null };
const trafficRules: ReadingRules = { staleAfterSeconds: 90, minimumRequests: 20 };

const kindOf = (evidence: Partial<LineSamples>, judged = rules) =>
  readingAt(NOW_MS, { ...fresh, ...evidence }, judged).kind;

test("a fresh number is a value, with its sample's own time", () => {
  expect(readingAt(NOW_MS, fresh, rules)).toEqual({
    kind: "value",
    value: 0.5,
    sampledAtMs: NOW_MS - 15_000,
  });
});

test("a true zero is a value", () => {
  expect(readingAt(NOW_MS, { ...fresh, value: 0 }, rules)).toMatchObject({ kind: "value", value: 0 });
});

describe("no data", () => {
  test.each<[string, Partial<LineSamples>]>([
    ["no sample at all", { value: undefined, sampledAtMs: undefined }],
    ["a value whose age isn't known", { sampledAtMs: undefined }],
    ["an age that isn't a number", { sampledAtMs: Number.NaN }],
    ["a fresh sample but no value", { value: undefined }],
    ["NaN where no traffic is needed", { value: Number.NaN }],
    ["a division by zero", { value: Number.POSITIVE_INFINITY }],
    ["minus infinity", { value: Number.NEGATIVE_INFINITY }],
  ])("is what %s reads as, never 0", (_, evidence) => {
    expect(kindOf(evidence)).toBe("no-data");
  });

  test("begins when the newest sample is older than the limit, and keeps the value that it was of", () => {
    expect(kindOf({ sampledAtMs: NOW_MS - 90_000 })).toBe("value");
    expect(readingAt(NOW_MS, { ...fresh, sampledAtMs: NOW_MS - 90_001 }, rules)).toEqual({
      kind: "no-data",
      last: { value: 0.5, sampledAtMs: NOW_MS - 90_001 },
    });
  });

  test("outweighs no traffic: old silence proves nothing about now", () => {
    expect(kindOf({ sampledAtMs: NOW_MS - 200_000, requests: 0 }, trafficRules)).toBe("no-data");
  });
});

describe("no traffic", () => {
  test("is what 0/0 and the quantile of nothing read as, where the requests say so", () => {
    expect(readingAt(NOW_MS, { ...fresh, value: Number.NaN, requests: 0 }, trafficRules)).toEqual({
      kind: "no-traffic",
      requests: 0,
      minimum: 20,
      sampledAtMs: NOW_MS - 15_000,
    });
  });

  test("is what one failure out of one request reads as", () => {
    expect(kindOf({ value: 1, requests: 1 }, trafficRules)).toBe("no-traffic");
  });

  test("ends with the minimum", () => {
    expect(kindOf({ requests: 19.9 }, trafficRules)).toBe("no-traffic");
    expect(kindOf({ requests: 20 }, trafficRules)).toBe("value");
  });

  test("isn't concluded from NaN alone: with enough requests, or with none counted, it is no data", () => {
    expect(kindOf({ value: Number.NaN, requests: 50 }, trafficRules)).toBe("no-data");
    expect(kindOf({ value: Number.NaN, requests: undefined }, trafficRules)).toBe("no-data");
    expect(kindOf({ value: Number.NaN, requests: Number.NaN }, trafficRules)).toBe("no-data");
  });
});

test("a reading without data remembers the newest fresh value before it", () => {
  const value = (sampledAtMs: number) => ({ kind: "value" as const, value: sampledAtMs, sampledAtMs });
  const nothing = { kind: "no-data" as const, last: null };
  expect(currentReading([value(1), value(2), nothing, nothing])).toEqual({
    kind: "no-data",
    last: { value: 2, sampledAtMs: 2 },
  });
  expect(currentReading([nothing])).toEqual(nothing);
  expect(currentReading([nothing, value(3)])).toEqual(value(3));
  expect(currentReading([])).toBeNull();
});
