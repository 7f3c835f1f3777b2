import { expect, test } from "vitest";
import { type Chart, chartSvg } from "./chart";
import { EXAMPLE_AT_MS, hour } from "./lines.fixture";

const chart: Chart = {
  points: hour((m) => (m > 20 ? 0.01 : 0.08)) ?? [],
  unit: "share",
  worse: "higher",
  threshold: { value: 0.05, inclusive: false, forSeconds: 300, recoverForSeconds: 300 },
  timeZone: "Asia/Kathmandu",
  firedAtMs: EXAMPLE_AT_MS - 900_000,
  endedAtMs: null,
  deployedAtMs: [],
};
const texts = (svg: string) => Array.from(svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g), ([, text]) => text);
/** The line of the values: its moves and its points. */
const line = (svg: string) => /<path d="(M[^"]*)" fill="none"/.exec(svg)?.[1] ?? "";

test("the picture names its threshold, its zone and the moment of the alert in that zone", () => {
  const svg = chartSvg(chart);
  expect(texts(svg)).toEqual(
    expect.arrayContaining(["alert above 5 %", "alert 18:37", "UTC+5:45", "18:30", "5 %"]),
  );
  expect(texts(svg).join()).not.toContain("ended");
});

test("the threshold is drawn at its value, and its bad side shaded", () => {
  const svg = chartSvg({
    ...chart,
    threshold: { ...chart.threshold, value: 0.1 },
    points: hour(() => 0.05) ?? [],
  });
  const limit = Number(/<path d="M46 ([\d.]+)H466" stroke="#d5483f"/.exec(svg)?.[1]);
  const value = Number(line(svg).match(/^M[\d.]+ ([\d.]+)/)?.[1]);
  const shade = /<rect x="46" y="30" width="420" height="([\d.]+)" fill="#d5483f"/.exec(svg)?.[1];
  expect(limit).toBeLessThan(value);
  expect(limit).toBeCloseTo(30 + Number(shade), 0);
});

test("a gap breaks the line and is shaded, never bridged", () => {
  const svg = chartSvg({ ...chart, points: hour((m) => (m < 40 && m > 20 ? null : 0.01)) ?? [] });
  expect(line(svg).match(/M/g)).toHaveLength(2);
  expect(texts(svg)).toContain("no data");
});

test("the words for a short alert's begin and end lie beside each other", () => {
  const svg = chartSvg({ ...chart, firedAtMs: EXAMPLE_AT_MS - 120_000, endedAtMs: EXAMPLE_AT_MS });
  const at = (word: string) => Number(new RegExp(`<text x="([\\d.]+)"[^>]*>${word}`).exec(svg)?.[1]);
  expect(at("ended \\d\\d:") - at("alert \\d\\d:")).toBeGreaterThanOrEqual(80);
});

test("no figure of the picture is malformed, whatever the values", () => {
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, 0, -5, 1e300, 1e-300]) {
    for (const unit of ["share", "seconds", "count"] as const) {
      for (const worse of ["higher", "lower"] as const) {
        const points = hour((m) => (m % 2 ? value : 0.5)) ?? [];
        expect(chartSvg({ ...chart, points, unit, worse })).not.toMatch(/NaN|Infinity|undefined/);
      }
    }
  }
});
