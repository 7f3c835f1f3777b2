import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type ReplayPoint, replay } from "@/lib/evaluation/replay";
import type { JudgedThreshold } from "@/lib/evaluation/step";
import { backtest, backtestSummaryOf } from "./backtest";
import { compactOf, type HistoryPart, replayPointsOf } from "./history";

const MINUTE_MS = 60_000;
const above5: JudgedThreshold = {
  value: 5,
  inclusive: false,
  forSeconds: 120,
  recoverForSeconds: 120,
  worse: "higher",
};

/** One character a minute: a digit is a value, a dot is no data. */
const minutes = (text: string): ReplayPoint[] =>
  [...text].map((mark, minute) => ({
    atMs: minute * MINUTE_MS,
    reading: mark === "." ? { kind: "no-data" } : { kind: "value", value: Number(mark) },
  }));
const tried = (text: string, change: Partial<JudgedThreshold> = {}) => {
  const { alerts, longestMs, mails } = backtest(minutes(text), { ...above5, ...change }, 60);
  return `${alerts.length} alerts, longest ${longestMs / MINUTE_MS} min, ${mails} mails`;
};

describe("a preview", () => {
  test.each([
    ["quiet", "1111111", "0 alerts, longest 0 min, 0 mails"],
    ["a breach too short to alert", "1199111", "0 alerts, longest 0 min, 0 mails"],
    ["an alert and its end: a mail each", "1199911111", "1 alerts, longest 3 min, 2 mails"],
    ["one that still lasts: no mail of its end", "1199999", "1 alerts, longest 2 min, 1 mails"],
    ["a breach again within recovery: the same alert", "11999119911111", "1 alerts, longest 7 min, 2 mails"],
    ["two apart", "1199911111199911111", "2 alerts, longest 3 min, 4 mails"],
    ["data that goes missing while it fires: a mail more", "1199999....", "1 alerts, longest 6 min, 2 mails"],
  ])("counts %s", (_, text, words) => {
    expect(tried(text)).toBe(words);
  });

  test("counts reminders at 4 and at 12 hours", () => {
    expect(tried(`11${"9".repeat(13 * 60)}111`)).toBe("1 alerts, longest 780 min, 4 mails");
  });

  test("counts one mail for flapping, where each turn would be one", () => {
    const { alerts, mails } = backtest(
      minutes("911".repeat(40)),
      { ...above5, forSeconds: 0, recoverForSeconds: 0 },
      60,
    );
    expect(alerts.length).toBe(40);
    expect(mails).toBeLessThan(8);
  });

  test("names when each alert began, fired and ended", () => {
    expect(backtest(minutes("1199911111"), above5, 60).alerts).toEqual([
      { breachedAtMs: 2 * MINUTE_MS, firedAtMs: 4 * MINUTE_MS, endedAtMs: 7 * MINUTE_MS },
    ]);
  });

  test("is kept in the audit trail in whole seconds", () => {
    expect(backtestSummaryOf("7d", 60, backtest(minutes("1199911111"), above5, 60))).toEqual({
      range: "7d",
      stepSeconds: 60,
      alerts: 1,
      longestSeconds: 180,
      mails: 2,
    });
  });

  test("of nothing is nothing", () => {
    expect(backtest([], above5, 60)).toEqual({
      spans: [],
      alerts: [],
      longestMs: 0,
      alertingMs: 0,
      mails: 0,
    });
  });
});

const reading = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(1, 4, 6, 9).map((value) => ({ kind: "value" as const, value })) },
  { weight: 1, arbitrary: fc.constant({ kind: "no-data" as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: "no-traffic" as const }) },
);
const points = fc
  .array(reading, { maxLength: 200 })
  .map((readings) => readings.map((each, index) => ({ atMs: index * MINUTE_MS, reading: each })));
const threshold = fc.record({
  value: fc.constantFrom(0, 4, 5, 9),
  inclusive: fc.boolean(),
  forSeconds: fc.constantFrom(0, 60, 150, 600),
  recoverForSeconds: fc.constantFrom(0, 60, 300),
  worse: fc.constantFrom("higher" as const, "lower" as const),
});

test("a preview is what step makes of the same points: each alert a firing, each end an edge, every span", () => {
  fc.assert(
    fc.property(points, threshold, (series, limit) => {
      const result = backtest(series, limit, 60);
      const { transitions, spans } = replay(series, limit, 60);
      const edges = (...kinds: string[]) =>
        transitions.filter(({ kind }) => kinds.includes(kind)).map(({ atMs }) => atMs);
      expect(result.spans).toEqual(spans);
      expect(result.alerts.map(({ firedAtMs }) => firedAtMs)).toEqual(edges("fired"));
      expect(result.alerts.flatMap(({ endedAtMs }) => endedAtMs ?? [])).toEqual(
        edges("recovered", "expired"),
      );
      for (const { breachedAtMs, firedAtMs, endedAtMs } of result.alerts) {
        expect(breachedAtMs).toBeLessThanOrEqual(firedAtMs);
        if (endedAtMs !== null) expect(endedAtMs).toBeGreaterThan(firedAtMs);
      }
      // Every alert is mailed, if only by the mail that says that it is flapping.
      if (result.alerts.length > 0) expect(result.mails).toBeGreaterThan(0);
      else expect(result.mails).toBe(0);
    }),
  );
});

test("a history is judged the same after it has travelled in parts", () => {
  fc.assert(
    fc.property(points, fc.integer({ min: 1, max: 50 }), threshold, (series, length, limit) => {
      const parts: HistoryPart[] = [];
      for (let from = 0; from < series.length; from += length)
        parts.push({
          fromMs: from * MINUTE_MS,
          stepSeconds: 60,
          readings: series.slice(from, from + length).map((point) => compactOf(point.reading)),
        });
      const travelled = replayPointsOf(JSON.parse(JSON.stringify(parts)));
      expect(travelled).toEqual(series);
      expect(backtest(travelled, limit, 60)).toEqual(backtest(series, limit, 60));
    }),
  );
});
