import { expect, test } from "vitest";
import type { AlertView } from "@/lib/alerts/view";
import { alertView } from "@/testing/views/alerts";
import { MINUTE_MS, NOW_MS } from "@/testing/views/health";
import { alertBandsOf } from "./alert-bands";
import { alertValue, endWords, thresholdThen } from "./alert-words";

const plain = (text: string) => text.replaceAll("\u00a0", " ");
type End = NonNullable<AlertView["ended"]>["reason"];

test("an alert that lasts says for how long, and for how long without data", () => {
  expect(plain(endWords(alertView(), NOW_MS))).toBe("Ongoing for 14 min");
  const missing = alertView({ missingSinceMs: NOW_MS - 4 * MINUTE_MS });
  expect(plain(endWords(missing, NOW_MS))).toBe("Ongoing for 14 min, without data for 4 min");
});

test.each<[End, string]>([
  ["recovered", "Recovered after 10 min"],
  ["cancelled", "Ended after 10 min: no longer watched"],
  ["expired", "Ended after 10 min: no data for a day"],
  ["offboarded", "Ended after 10 min: no longer live"],
  ["evicted", "Ended after 10 min: not serving by agreement"],
])("only an alert that %s is said to have ended so: %s", (reason, words) => {
  const ended = { atMs: NOW_MS - 4 * MINUTE_MS, reason };
  expect(plain(endWords(alertView({ ended }), NOW_MS))).toBe(words);
});

test("a value whose signal is no longer measured is a bare number", () => {
  expect(plain(alertValue(0.12, { unit: "share" }))).toBe("12 %");
  expect(alertValue(0.12, { unit: null })).toBe("0.12");
});

test("the threshold is the one of then, with its waiting time", () => {
  expect(plain(thresholdThen(alertView()))).toBe("> 5 % for 5 min");
});

test("the bands of an alert follow each other without a gap, up to where the chart ends", () => {
  const ended = { atMs: NOW_MS - 4 * MINUTE_MS, reason: "recovered" as const };
  for (const alert of [alertView(), alertView({ ended })]) {
    const bands = alertBandsOf(alert, NOW_MS);
    expect(bands[0]?.fromMs).toBe(alert.breachedAtMs);
    for (const [index, band] of bands.entries()) {
      expect(band.toMs).toBeGreaterThanOrEqual(band.fromMs);
      const next = bands[index + 1];
      if (next) expect(next.fromMs).toBe(band.toMs);
    }
  }
});
