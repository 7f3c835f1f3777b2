import { expect, test } from "vitest";
import { FORECAST_SECONDS, FORECAST_STEP_SECONDS } from "./forecast";
import { type Filling, lineForecastOf } from "./line-forecast";

const HOUR_MS = 3_600_000;
const TO_MS = Date.UTC(2026, 10, 26, 12);
const SLOTS = FORECAST_SECONDS / FORECAST_STEP_SECONDS;

function part(name: string, share: (hoursAgo: number) => number | null): Filling {
  const points = Array.from({ length: SLOTS + 1 }, (_, index): [number, number | null] => {
    const hoursAgo = ((SLOTS - index) * FORECAST_STEP_SECONDS) / 3_600;
    return [TO_MS - hoursAgo * HOUR_MS, share(hoursAgo)];
  });
  return { labels: { persistentvolumeclaim: name }, points };
}
const filling = (level: number, days: number) => (ago: number) => level - (ago * (1 - level)) / (days * 24);

const full = part("full", () => 0.8);
const growing = part("growing", filling(0.7, 4));
const slower = part("slower", filling(0.75, 8));

test("a part that overtakes the fullest has the line's date", () => {
  const { forecast, part: of } = lineForecastOf([full, growing], TO_MS);
  expect(of).toEqual({ persistentvolumeclaim: "growing" });
  expect(forecast.kind === "full" && (forecast.atMs - TO_MS) / HOUR_MS).toBeCloseTo(96, 0);
});

test("the earliest date counts, whatever the order", () => {
  for (const parts of [
    [slower, growing],
    [growing, slower],
  ])
    expect(lineForecastOf(parts, TO_MS).part).toEqual({ persistentvolumeclaim: "growing" });
});

test("a line isn't growing only where no part is", () => {
  expect(lineForecastOf([full], TO_MS).forecast.kind).toBe("not-growing");
  const stopped = part("stopped", (ago) => 0.7 - 0.006 * Math.max(0, ago - 6));
  expect(lineForecastOf([full, stopped], TO_MS).forecast.kind).toBe("uneven");
});

test("parts that take turns are one line", () => {
  const share = filling(0.7, 5);
  const before = part("before", (ago) => (ago >= 30 ? share(ago) : null));
  const after = part("after", (ago) => (ago < 30 ? share(ago) : null));
  const { forecast, part: of } = lineForecastOf([before, after], TO_MS);
  expect([forecast.kind, of]).toEqual(["full", null]);
});

test("a new part beside an old one is no reason for too few", () => {
  const young = part("young", (ago) => (ago < 5 ? 0.2 : null));
  expect(lineForecastOf([full, young], TO_MS).forecast.kind).toBe("not-growing");
});

test("no part at all is too few", () => {
  expect(lineForecastOf([], TO_MS)).toEqual({ forecast: { kind: "too-few" }, part: null });
});

test.each([Number.NaN, Number.POSITIVE_INFINITY])("a part at %d hides no date of the others", (value) => {
  const broken = part("broken", () => value);
  expect(lineForecastOf([broken, growing], TO_MS)).toEqual(lineForecastOf([growing, broken], TO_MS));
  expect(lineForecastOf([broken, growing], TO_MS).forecast).toMatchObject({ kind: "full" });
});
