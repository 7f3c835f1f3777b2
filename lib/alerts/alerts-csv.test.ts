import { expect, test } from "vitest";
import { ALERT_COLUMNS, alertCells } from "./alerts-csv";
import type { AlertView } from "./view";

const AT = Date.UTC(2026, 10, 21, 13, 7);
const alert: AlertView = {
  id: "4a1f8f0e-3f51-4a0c-9f5e-0d6f2a2f9c11",
  signal: "error-rate",
  line: "error-rate",
  title: "Error rate",
  unit: "share",
  breachedAtMs: AT - 300_000,
  firedAtMs: AT,
  firedValue: 0.071,
  threshold: { value: 0.05, inclusive: false, forSeconds: 300, recoverForSeconds: 600 },
  worse: "higher",
  worst: { value: 0.084, atMs: AT + 60_000 },
  last: null,
  missingSinceMs: null,
  ended: { atMs: AT + 840_000, reason: "recovered" },
  hold: null,
  mails: [],
  side: "yours",
  together: [],
};
const cells = (change: Partial<AlertView> = {}) =>
  Object.fromEntries(alertCells({ ...alert, ...change }).map((cell, index) => [ALERT_COLUMNS[index], cell]));

test("an alert is one record, its times in UTC and its length in seconds", () => {
  expect(cells()).toEqual({
    episode_id: "4a1f8f0e-3f51-4a0c-9f5e-0d6f2a2f9c11",
    signal: "error-rate",
    line: "error-rate",
    breach_began_at: "2026-11-21T13:02:00.000Z",
    fired_at: "2026-11-21T13:07:00.000Z",
    ended_at: "2026-11-21T13:21:00.000Z",
    duration_seconds: 840,
    end_reason: "recovered",
    fired_value: 0.071,
    worst_value: 0.084,
    worst_at: "2026-11-21T13:08:00.000Z",
    unit: "share",
    threshold_sign: ">",
    threshold_value: 0.05,
    threshold_pending_seconds: 300,
    threshold_recovery_seconds: 600,
    verdict: "yours",
    mails: 0,
    mails_accepted: 0,
  });
});

test("one that lasts has no end yet, and one whose line is gone no unit", () => {
  expect(cells({ ended: null, unit: null })).toMatchObject({
    ended_at: null,
    duration_seconds: null,
    end_reason: null,
    unit: null,
  });
});

test.each([
  ["higher", true, ">="],
  ["lower", false, "<"],
  ["lower", true, "<="],
] as const)("a threshold where %s is worse, inclusive %s, reads %s", (worse, inclusive, sign) => {
  expect(cells({ worse, threshold: { ...alert.threshold, inclusive } }).threshold_sign).toBe(sign);
});
