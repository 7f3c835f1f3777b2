import { expect, test } from "vitest";
import { countdownWords, exactTime } from "./words";

test.each([
  ["2026-12-23T23:00:00Z", "Europe/Berlin", "Thursday 24 December 2026, 00:00:00 CET"],
  ["2027-03-28T01:00:00Z", "Europe/Berlin", "Sunday 28 March 2027, 03:00:00 CEST"],
  ["2028-02-29T12:00:05Z", "UTC", "Tuesday 29 February 2028, 12:00:05 UTC"],
  ["2026-12-23T18:15:00Z", "Asia/Kathmandu", "Thursday 24 December 2026, 00:00:00 UTC+5:45"],
])("%s in %s is written in full, with year, second and zone", (at, zone, words) => {
  expect(exactTime(Date.parse(at), zone)).toBe(words);
});

test.each([
  [30 * 86_400_000, "30 days 00:00:00"],
  [30 * 86_400_000 - 1, "30 days 00:00:00"],
  [30 * 86_400_000 - 1_000, "29 days 23:59:59"],
  [86_400_000, "1 day 00:00:00"],
  [86_399_000, "23:59:59"],
  [1, "00:00:01"],
  [0, "00:00:00"],
  [-5_000, "00:00:00"],
])("%i ms left read as %s: zero is read only once nothing is left", (leftMs, words) => {
  expect(countdownWords(leftMs)).toBe(words);
});
