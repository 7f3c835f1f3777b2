import type { PartsDefinition } from "@/lib/catalogue/bundle";
import type { Answer, Failure, Series } from "@/lib/prometheus/answer";
import type { EffectiveThreshold } from "./effective";
import { type Grid, slotsOf } from "./grid";
import { type PartSeries, partHistoryOf, withSeenParts } from "./part-history";
import { missingParts, type PartName } from "./parts";
import { currentReading, type KnownReading, lastOf, type ReadingRules, readingAt } from "./reading";
import { type Replay, type ReplayPoint, replay } from "./replay";
import { statusOf } from "./status";
import type { LineView, Reading } from "./view";

/** The three questions behind a judged line, over the same grid. traffic: null where the signal needs none. */
export type LineAnswers = {
  values: Answer<Series[]>;
  freshness: Answer<Series[]>;
  traffic: Answer<Series[]> | null;
  /** By instant, what judges instead of the value: restarts that a deployment explains are taken off. */
  unplanned?: ReadonlyMap<number, number>;
  /** How many containers report without a limit, where it is proven that none has one. */
  unlimited?: number;
  /** Where the line's parts were looked at, as the evaluator does where it breaches; series null: they could not be asked. */
  parts?: { definition: PartsDefinition; windowSeconds: number; series: PartSeries | null };
};

export type LineRules = ReadingRules & {
  id: string;
  label: string;
  threshold: EffectiveThreshold & { worse: "higher" | "lower" };
  /** A part in words, such as "container db of pod photos-0". */
  partInWords?: (name: PartName) => string;
};

type Moment = { atMs: number; reading: KnownReading };

/**
 * A line's reading, condition, status and trend, from the last hour's answers.
 *
 * The condition is what `step` makes of that hour. Where a question could not be asked, the reading is unknown and carries the
 * last value of this process; the trend and the condition are those of the last good answers. A line that its owner switched off
 * has a reading and a trend, and no condition. A line whose parts were looked at is judged by these.
 */
export function lineViewOf(rules: LineRules, answers: LineAnswers, grid: Grid): LineView {
  const failure = firstFailure(answers);
  const moments = momentsOf(rules, answers, grid);
  const readings = moments.map((moment) => moment.reading);
  const current = currentReading(readings);
  const { worse: _, ...threshold } = rules.threshold;
  const replayed = replay(withParts(moments, answers.parts), rules.threshold, grid.stepSeconds);
  const { judged } = replayed.state;
  const reading: Reading = failure
    ? { kind: "unknown", reason: failure, last: current && valueOrLast(current) }
    : withoutLimit(byParts(current ?? { kind: "no-data", last: null }, replayed, rules), answers);
  const condition = judged.sinceMs === null || !threshold.enabled ? null : judged.condition;
  return {
    id: rules.id,
    label: rules.label,
    reading,
    condition,
    conditionSinceMs: condition === null ? null : judged.sinceMs,
    status: threshold.enabled ? statusOf(reading, condition) : "off",
    threshold,
    trend: moments.map((moment) => [
      moment.atMs,
      moment.reading.kind === "value" ? moment.reading.value : null,
    ]),
  };
}

function withParts(moments: readonly Moment[], parts: LineAnswers["parts"]): readonly ReplayPoint[] {
  if (!parts) return moments;
  const { definition, windowSeconds, series } = parts;
  const history = series && partHistoryOf(definition, series, moments, windowSeconds);
  return withSeenParts([{ points: moments, parts: history }]);
}

/** A value that is only that of the other parts is not the line's, as asEvaluated in lib/views/health has it. */
function byParts(reading: Reading, replayed: Replay, { partInWords }: LineRules): Reading {
  if (reading.kind !== "value" || replayed.reading?.kind !== "no-data") return reading;
  const names = missingParts(replayed.badParts).map(({ name }) => partInWords?.(name) ?? name.join(" "));
  return { kind: "no-data", last: null, missingParts: names };
}

/** The first answer that failed, or the first that can't be of one tenant's line: a query not grouped by tenant alone. */
function firstFailure({ values, freshness, traffic }: LineAnswers): Failure | null {
  for (const answer of [values, freshness, traffic]) {
    if (answer === null) continue;
    if (!answer.ok) return answer.failure;
    if (answer.data.length > 1)
      return {
        code: "malformed",
        message: "A query of the health bundle gives several series for one tenant, where one is needed.",
      };
  }
  return null;
}

/** A share of a limit that doesn't exist was never measured, and is no gap in the data. */
function withoutLimit(reading: Reading, { unlimited = 0 }: LineAnswers): Reading {
  if (unlimited === 0 || reading.kind !== "no-data") return reading;
  return { kind: "no-limit", containers: unlimited };
}

function valueOrLast(reading: Reading): { value: number; sampledAtMs: number } | null {
  return reading.kind === "value"
    ? { value: reading.value, sampledAtMs: reading.sampledAtMs }
    : lastOf(reading);
}

function momentsOf(rules: LineRules, answers: LineAnswers, grid: Grid): Moment[] {
  const values = known(answers.values);
  const freshness = known(answers.freshness);
  const traffic = answers.traffic && known(answers.traffic);
  if (!values || !freshness || (answers.traffic && !traffic)) return [];
  const stepMs = grid.stepSeconds * 1000;
  const newest = [values, freshness, traffic].filter((part) => part !== null);
  const askedUntilMs = Math.min(...newest.map((part) => part.untilMs));
  const slots = answers.values.ok ? slotsOf(grid) : slotsOfSeries(values.series, stepMs);
  const valueAt = lookup(values.series, stepMs);
  const freshnessAt = lookup(freshness.series, stepMs);
  const requestsAt = lookup(traffic?.series, stepMs);
  // A slot that a failed question no longer covers is not one without data: it is left out, for nothing is known of it.
  return slots
    .filter((atMs) => atMs <= askedUntilMs)
    .map((atMs) => {
      const seconds = freshnessAt(atMs);
      const sampledAtMs = seconds === undefined ? undefined : seconds * 1000;
      const evidence = { value: valueAt(atMs), sampledAtMs, requests: requestsAt(atMs) };
      const reading = readingAt(atMs, evidence, rules);
      const counted = reading.kind === "value" ? answers.unplanned?.get(atMs) : undefined;
      return { atMs, reading: counted === undefined ? reading : { ...reading, value: counted } };
    });
}

/** The best that is known: this answer, or the last good one, and up to when it counts. */
function known(answer: Answer<Series[]>): { series: Series | undefined; untilMs: number } | null {
  const data = answer.ok ? answer.data : answer.last?.data;
  if (!data || data.length > 1) return null;
  const series = data[0];
  if (answer.ok) return { series, untilMs: Number.POSITIVE_INFINITY };
  const newest = series?.points.at(-1);
  return newest ? { series, untilMs: newest[0] } : null;
}

function slotsOfSeries(series: Series | undefined, stepMs: number): number[] {
  const first = series?.points.at(0)?.[0];
  const last = series?.points.at(-1)?.[0];
  if (first === undefined || last === undefined) return [];
  return slotsOf({ fromMs: first, toMs: last, stepSeconds: stepMs / 1000 });
}

/** The sample that counts for a slot: at it, or less than a step before it, where an older answer lies on a shifted grid. */
function lookup(series: Series | undefined, stepMs: number): (atMs: number) => number | undefined {
  const bySlot = new Map(series?.points.map(([atMs, value]) => [Math.floor(atMs / stepMs), { atMs, value }]));
  return (atMs) => {
    const slot = Math.floor(atMs / stepMs);
    const sample = bySlot.get(slot);
    if (sample && sample.atMs <= atMs) return sample.value;
    const before = bySlot.get(slot - 1);
    return before && before.atMs > atMs - stepMs ? before.value : undefined;
  };
}
