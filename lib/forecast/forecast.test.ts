import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FORECAST_SECONDS, FORECAST_STEP_SECONDS, type Forecast, forecastOf } from "./forecast";
import type { ForecastPoint } from "./slopes";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const TO_MS = Date.UTC(2026, 10, 26, 12);
const SLOTS = FORECAST_SECONDS / FORECAST_STEP_SECONDS;

/** Noise that a seed decides: the same seed gives the same curve. */
function noiseOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 31 - 1;
  };
}

/** Three days of a curve by hours before the end, between 0 and 1: the highest of each minute before a point, as it is asked for. */
function points(share: (hoursAgo: number) => number): ForecastPoint[] {
  return Array.from({ length: SLOTS + 1 }, (_, index) => {
    const hoursAgo = ((SLOTS - index) * FORECAST_STEP_SECONDS) / 3_600;
    const minutes = Array.from({ length: 15 }, (_, minute) => share(hoursAgo + minute / 60));
    return [TO_MS - hoursAgo * HOUR_MS, Math.min(1, Math.max(0, ...minutes))];
  });
}

const forecast = (share: (hoursAgo: number) => number): Forecast => forecastOf(points(share), TO_MS);
const noisy = (seed: number, noise: number, share: (hoursAgo: number) => number) => {
  const next = noiseOf(seed);
  return (hoursAgo: number) => share(hoursAgo) + noise * next();
};
const between = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const seed = fc.nat(2 ** 31);
const noise = between(0, 0.02);

describe("what grows all the time", () => {
  test("is full when its line says, between the two edges", () => {
    const days = between(0.5, 20);
    fc.assert(
      fc.property(between(0.6, 0.95), days, seed, (level, left, number) => {
        const perHour = (1 - level) / (left * 24);
        fc.pre(level - perHour * 72 > 0);
        const result = forecast(noisy(number, perHour / 2, (ago) => level - perHour * ago));
        if (result.kind !== "full") throw new Error(result.kind);
        const dueMs = TO_MS + left * DAY_MS;
        expect(Math.abs(result.atMs - dueMs)).toBeLessThan(left * DAY_MS * 0.1);
        expect(result.fromMs).toBeLessThanOrEqual(result.atMs);
        expect(result.untilMs).toBeGreaterThanOrEqual(result.atMs);
      }),
    );
  });

  test("is later where its date lies beyond what three days can show", () => {
    expect(forecast((ago) => 0.3 - ago * 0.0004)).toEqual({ kind: "later" });
  });

  test("doesn't grow where nobody would see it", () => {
    expect(forecast((ago) => 0.3 - ago * 0.00001)).toEqual({ kind: "not-growing" });
  });

  test("is full now at 1", () => {
    expect(forecast((ago) => 1 - ago * 0.01)).toEqual({ kind: "full-now" });
  });

  test("has no date in the past while it is just below 1", () => {
    const result = forecast((ago) => 0.999 - ago * 0.01);
    expect(result.kind === "full" && result.fromMs).toBeGreaterThan(TO_MS);
  });
});

describe("what has no date", () => {
  const never = (make: (number: number, by: number) => (hoursAgo: number) => number, seeds = seed) =>
    fc.assert(
      fc.property(seeds, noise, (number, by) => {
        const { kind } = forecast(noisy(number, by, make(number, by)));
        expect(kind).not.toBe("full");
        expect(kind).not.toBe("too-few");
      }),
      { numRuns: 300 },
    );
  /** A number between two others that the seed decides, another for each name. */
  const pick = (number: number, nth: number, min: number, max: number) =>
    min + ((noiseOf(number + nth * 7_919)() + 1) / 2) * (max - min);

  test("a level that stays", () => never((number) => () => pick(number, 1, 0.1, 0.9)));

  test("a saw-tooth of any length, from garbage collection to a log that is rotated each day", () =>
    never((number) => {
      const hours = Math.exp(pick(number, 1, Math.log(0.1), Math.log(30)));
      const height = pick(number, 2, 0.1, 0.6);
      return (ago) => 0.2 + height * (1 - ((ago / hours + pick(number, 3, 0, 1)) % 1));
    }));

  test("a step", () =>
    never((number) => {
      const [at, height] = [pick(number, 1, 0, 72), pick(number, 2, 0.02, 0.5)];
      return (ago) => 0.3 + (ago < at ? height : 0);
    }));

  test("two steps", () =>
    never((number) => {
      const [first, second] = [pick(number, 1, 0, 72), pick(number, 2, 0, 72)];
      const [low, high] = [pick(number, 3, 0.02, 0.3), pick(number, 4, 0.02, 0.3)];
      return (ago) => 0.3 + (ago < first ? low : 0) + (ago < second ? high : 0);
    }));

  test("night and day", () =>
    never((number) => {
      const [height, phase] = [pick(number, 1, 0.03, 0.3), pick(number, 2, 0, 1)];
      return (ago) => 0.5 + height * Math.sin(2 * Math.PI * (ago / 24 + phase));
    }));

  test("a leak that deployments end", () =>
    never((number) => {
      const every = pick(number, 1, 4, 30);
      const perHour = pick(number, 2, 0.005, 0.02);
      return (ago) => 0.2 + perHour * (every - ((ago + pick(number, 3, 0, every)) % every));
    }));

  test("growth that ended six hours ago", () =>
    never((number) => (ago) => 0.8 - pick(number, 1, 0.003, 0.008) * Math.max(0, ago - 6)));

  test("growth that began twelve hours ago", () =>
    never((number) => (ago) => 0.4 + pick(number, 1, 0.01, 0.03) * Math.max(0, 12 - ago)));
});

describe("without noise", () => {
  test("a flat line isn't growing, and one that shrinks isn't either", () => {
    expect(forecast(() => 0.4)).toEqual({ kind: "not-growing" });
    expect(forecast((ago) => 0.4 + ago * 0.002)).toEqual({ kind: "not-growing" });
  });

  test("growth that has ended is too uneven, not over", () => {
    expect(forecast((ago) => 0.8 - 0.006 * Math.max(0, ago - 6))).toEqual({ kind: "uneven" });
  });
});

describe("with too few points", () => {
  const growing = points((ago) => 0.9 - ago * 0.002);
  const only = (keep: (hoursAgo: number) => boolean) =>
    forecastOf(
      growing.map(([atMs, value]) => [atMs, keep((TO_MS - atMs) / HOUR_MS) ? value : null]),
      TO_MS,
    ).kind;

  test("there is a date with all of them", () => expect(only(() => true)).toBe("full"));
  test("a store that remembers two hours", () => expect(only((ago) => ago <= 2)).toBe("too-few"));
  test("two days of three", () => expect(only((ago) => ago <= 48)).toBe("too-few"));
  test("nothing in the last hours", () => expect(only((ago) => ago > 1)).toBe("too-few"));
  test("half of the last hours", () => expect(only((ago) => ago > 6 || ago < 3)).toBe("too-few"));
  test("a gap of a night", () => expect(only((ago) => ago < 20 || ago > 28)).toBe("full"));
  test("none", () => expect(forecastOf([], TO_MS)).toEqual({ kind: "too-few" }));
  test("what isn't a number", () => {
    const broken = growing.map(([atMs]): ForecastPoint => [atMs, Number.POSITIVE_INFINITY]);
    expect(forecastOf(broken, TO_MS)).toEqual({ kind: "too-few" });
  });

  test("never a date from fewer than four fifths, whichever are missing", () => {
    fc.assert(
      fc.property(seed, between(0.25, 0.95), (number, missing) => {
        const next = noiseOf(number);
        const gone = growing.map(([atMs, value]): ForecastPoint => {
          const isRecent = TO_MS - atMs <= 6 * HOUR_MS;
          return [atMs, isRecent && (next() + 1) / 2 < missing ? null : value];
        });
        const recent = gone.filter(([atMs, value]) => TO_MS - atMs <= 6 * HOUR_MS && value !== null);
        if (recent.length < 0.8 * 24) expect(forecastOf(gone, TO_MS).kind).toBe("too-few");
      }),
    );
  });
});
