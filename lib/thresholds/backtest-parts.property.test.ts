import fc from "fast-check";
import { expect, test } from "vitest";
import type { Alert } from "@/lib/alerts/alert";
import { INITIAL_LINE, judgeLine, type LineState } from "@/lib/alerts/judge";
import type { PartsDefinition } from "@/lib/catalogue/bundle";
import { partHistoryOf } from "@/lib/evaluation/part-history";
import { judgeParts, NO_BAD_PARTS, needsParts, type PartName } from "@/lib/evaluation/parts";
import type { JudgedThreshold, StepReading } from "@/lib/evaluation/step";
import type { Series } from "@/lib/prometheus/answer";
import { backtest, type PastAlert } from "./backtest";
import { compactOf, type HistoryPart, pointsOf, replayPointsOf } from "./history";
import { suggestValue } from "./suggest";

// What a preview promises is what the evaluator does, also where parts vanish, come back, or are deleted.
const STEP_MS = 30_000;
const WINDOW_SECONDS = 100;
const PARTS: PartsDefinition = {
  by: ["pod", "container"],
  query: "unused",
  objects: { by: ["pod"], query: "unused" },
};
const NAMES = ["db-0", "web-0", "web-1"];
const nameOf = (pod: string): PartName => [pod, "app"];

/** A slot: each pod's value, whether it exists, and whether kube-state-metrics answers. */
type Moment = {
  pods: Record<string, { value: number | null; exists: boolean }>;
  isListing: boolean;
  hasTraffic: boolean;
};

const worstAt = ({ pods }: Moment, worse: "higher" | "lower"): number | null => {
  const values = Object.values(pods).flatMap(({ value }) => (value === null ? [] : [value]));
  if (values.length === 0) return null;
  return worse === "higher" ? Math.max(...values) : Math.min(...values);
};
const readingAt = (moment: Moment, worse: "higher" | "lower"): StepReading => {
  const value = worstAt(moment, worse);
  if (!moment.hasTraffic) return { kind: "no-traffic" };
  return value === null ? { kind: "no-data" } : { kind: "value", value };
};

/** The evaluator, slot by slot: what alerting/evaluate/apply-parts.ts and judgeLine make of one tenant's line. */
function evaluated(moments: readonly Moment[], threshold: JudgedThreshold): PastAlert[] {
  let state: LineState = INITIAL_LINE;
  let alert: Alert | null = null;
  const alerts: PastAlert[] = [];
  moments.forEach((moment, index) => {
    const atMs = index * STEP_MS;
    const condition = state.step.judged.condition;
    const before = {
      badParts: condition === "ok" ? NO_BAD_PARTS : (state.badParts ?? NO_BAD_PARTS),
      condition,
    };
    let reading = readingAt(moment, threshold.worse);
    let badParts: ReturnType<typeof judgeParts>["badParts"] | null = null;
    if (needsParts(reading, before, threshold)) {
      const pods = Object.entries(moment.pods);
      const listed = new Set(
        moment.isListing ? pods.flatMap(([pod, { exists }]) => (exists ? [pod] : [])) : [],
      );
      const seen = {
        values: pods.flatMap(([pod, { value }]) => (value === null ? [] : [{ name: nameOf(pod), value }])),
        isGone: ([pod]: PartName) => listed.size > 0 && !listed.has(pod ?? ""),
        windowMs: WINDOW_SECONDS * 1000,
      };
      ({ reading, badParts } = judgeParts(reading, before, seen, threshold, atMs));
    }
    const judged = judgeLine(
      {
        tenantId: "",
        lineKey: "saturation/memory",
        threshold: { ...threshold, enabled: true, version: 0, source: "owner" },
        isMissingMailed: false,
        badParts,
        newId: () => "",
        state,
        alert,
      },
      reading,
      { atMs, intervalSeconds: STEP_MS / 1000, unknownUntilMs: null },
    );
    state = judged.state;
    alert = judged.alert?.ended ? null : judged.alert;
    if (!judged.alert) return;
    const { breachedAtMs, firedAtMs, ended } = judged.alert;
    const past = { breachedAtMs, firedAtMs, endedAtMs: ended?.atMs ?? null };
    if (alerts.at(-1)?.firedAtMs === firedAtMs) alerts.pop();
    alerts.push(past);
  });
  return alerts;
}

/** The same as it is asked for and travels, a stretch at a time. */
function travelled(moments: readonly Moment[], length: number, worse: "higher" | "lower"): HistoryPart[] {
  const stretches: HistoryPart[] = [];
  for (let from = 0; from < moments.length; from += length) {
    const part = moments.slice(from, from + length);
    const stretch: HistoryPart = {
      fromMs: from * STEP_MS,
      stepSeconds: STEP_MS / 1000,
      readings: part.map((moment) => compactOf(readingAt(moment, worse))),
    };
    const series = (of: (moment: Moment, pod: string) => number | null): Series[] =>
      NAMES.flatMap((pod) => {
        const points = part.flatMap((moment, index): [number, number][] => {
          const value = of(moment, pod);
          return value === null ? [] : [[(from + index) * STEP_MS, value]];
        });
        return points.length === 0 ? [] : [{ labels: { pod, container: "app" }, points }];
      });
    const seen = {
      values: series((moment, pod) => moment.pods[pod]?.value ?? null),
      objects: series((moment, pod) => (moment.isListing && moment.pods[pod]?.exists ? 1 : null)),
    };
    stretches.push({ ...stretch, parts: partHistoryOf(PARTS, seen, pointsOf(stretch), WINDOW_SECONDS) });
  }
  return JSON.parse(JSON.stringify(stretches)) as HistoryPart[];
}

const pod = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(0.2, 0.5, 0.92, 0.97).map((value) => ({ value, exists: true })) },
  { weight: 2, arbitrary: fc.constant({ value: null, exists: true }) },
  { weight: 1, arbitrary: fc.constant({ value: null, exists: false }) },
);
/** What holds for some slots: so that alerts fire, parts stay away, and come back. */
const phase = fc.record({
  slots: fc.integer({ min: 1, max: 12 }),
  moment: fc.record({
    pods: fc.record(Object.fromEntries(NAMES.map((name) => [name, pod]))),
    isListing: fc.oneof({ weight: 5, arbitrary: fc.constant(true) }, fc.constant(false)),
    hasTraffic: fc.oneof({ weight: 8, arbitrary: fc.constant(true) }, fc.constant(false)),
  }),
});
const history = fc
  .array(phase, { minLength: 1, maxLength: 25 })
  .map((phases) => phases.flatMap(({ slots, moment }) => Array.from({ length: slots }, () => moment)));
const threshold = fc.record({
  value: fc.constantFrom(0.3, 0.9, 0.95),
  inclusive: fc.boolean(),
  forSeconds: fc.constantFrom(0, 60, 120),
  recoverForSeconds: fc.constantFrom(0, 60, 120),
  worse: fc.constantFrom("higher" as const, "lower" as const),
});

test("a preview by parts has the evaluator's alerts, whatever vanishes, comes back or is deleted", () => {
  let byParts = 0;
  fc.assert(
    fc.property(history, fc.integer({ min: 1, max: 60 }), threshold, (moments, length, limit) => {
      const stretches = travelled(moments, length, limit.worse);
      const { alerts } = backtest(replayPointsOf(stretches), limit, STEP_MS / 1000);
      expect(alerts).toEqual(evaluated(moments, limit));
      const byLine = backtest(stretches.flatMap(pointsOf), limit, STEP_MS / 1000).alerts;
      if (JSON.stringify(byLine) !== JSON.stringify(alerts)) byParts += 1;
    }),
    { numRuns: 500 },
  );
  // The histories are such that judging by the line alone would say something else.
  expect(byParts).toBeGreaterThan(50);
});

const steady = (value: number | null, exists = true) => ({ value, exists });
const slots = (count: number, db: ReturnType<typeof steady>): Moment[] =>
  Array.from({ length: count }, () => ({
    pods: { "db-0": db, "web-0": steady(0.4) },
    isListing: true,
    hasTraffic: true,
  }));
const above90: JudgedThreshold = {
  value: 0.9,
  inclusive: false,
  forSeconds: 60,
  recoverForSeconds: 60,
  worse: "higher",
};
const endOf = (moments: Moment[], length: number): number | null | undefined =>
  backtest(replayPointsOf(travelled(moments, length, "higher")), above90, STEP_MS / 1000).alerts.at(-1)
    ?.endedAtMs;

test.each([7, 10, 1_000])("in stretches of %d points, an alert ends with its part", (length) => {
  const bad = slots(10, steady(0.97));
  expect(endOf([...bad, ...slots(20, steady(null))], length)).toBeNull();
  expect(endOf([...bad, ...slots(20, steady(null, false))], length)).toBe(12 * STEP_MS);
  expect(endOf([...bad, ...slots(10, steady(null)), ...slots(10, steady(0.4))], length)).toBe(22 * STEP_MS);
  expect(endOf([...bad, ...slots(10, steady(null)), ...slots(10, steady(null, false))], length)).toBe(
    22 * STEP_MS,
  );
});

test("a stretch whose parts could not be read ends no alert: the next one that was read does", () => {
  const stretches = travelled([...slots(10, steady(0.97)), ...slots(20, steady(0.4))], 10, "higher");
  const unread = stretches.map((stretch, nth) => (nth === 1 ? { ...stretch, parts: null } : stretch));
  expect(backtest(replayPointsOf(unread), above90, 30).alerts).toMatchObject([{ endedAtMs: 22 * STEP_MS }]);
  expect(backtest(replayPointsOf(stretches), above90, 30).alerts).toMatchObject([
    { endedAtMs: 12 * STEP_MS },
  ]);
});

test("a suggestion knows that a vanished part keeps its alert", () => {
  const day = [...slots(2_880, steady(0.3)), ...slots(4, steady(0.97)), ...slots(2_880, steady(null))];
  const points = replayPointsOf(travelled(day, 960, "higher"));
  const { value } = suggestValue(points, above90, STEP_MS / 1000, "share", null);
  expect(value).toBeGreaterThanOrEqual(0.97);
});

test("parts that are never missing cost a preview nothing", () => {
  const points = replayPointsOf(travelled(slots(20, steady(0.97)), 7, "higher"));
  expect(points.every(({ seenParts }) => seenParts === undefined)).toBe(true);
});
