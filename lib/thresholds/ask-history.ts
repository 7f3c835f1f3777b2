import type { SignalId } from "@/lib/catalogue/bundle";
import { askFor, type SignalSources } from "@/lib/evaluation/ask";
import { askPartSeries } from "@/lib/evaluation/ask-parts";
import { askUnplanned } from "@/lib/evaluation/ask-unplanned";
import { together } from "@/lib/evaluation/combine";
import { type Grid, slotsOf } from "@/lib/evaluation/grid";
import { partHistoryOf } from "@/lib/evaluation/part-history";
import { readingAt } from "@/lib/evaluation/reading";
import type { Answer, Series } from "@/lib/prometheus/answer";
import type { TenantScope } from "@/lib/tenant/scope";
import { compactOf, type HistoryPart, pointsOf } from "./history";

/**
 * A line's readings over a grid, as the evaluator would have read them at each of its instants: the same queries, the same
 * window, the same rules for what is fresh and what is too little traffic, and the parts that it would have looked at.
 * @returns null where the bundle judges no such line
 */
export async function askHistory(
  sources: SignalSources,
  scope: TenantScope,
  { signal: signalId, line: lineId }: { signal: SignalId; line: string },
  grid: Grid,
): Promise<Answer<HistoryPart> | null> {
  const signal = sources.bundle.signals[signalId];
  const line = signal.lines.find(({ id }) => id === lineId);
  if (!line?.threshold || !line.freshness) return null;
  const ask = askFor(sources, scope);
  const [values, freshness, requests, partSeries] = await Promise.all([
    ask.range(line.query, signal.windowSeconds, grid),
    ask.range(line.freshness, signal.windowSeconds, grid),
    signal.traffic ? ask.range(signal.traffic.query, signal.windowSeconds, grid) : null,
    line.parts ? askPartSeries(ask, line.parts, signal.windowSeconds, grid) : null,
  ]);
  const answers = together<Record<string, Series[]>>({ values, freshness, ...(requests && { requests }) });
  // An older answer lies on another grid. A preview of it would look like the present, so there is none.
  if (!answers.ok) return { ok: false, failure: answers.failure, last: null };
  if (Object.values(answers.data).some((series) => series.length > 1)) return SEVERAL_SERIES;

  const at = (series: Series[] | undefined) => new Map(series?.[0]?.points);
  const [valueAt, sampledAt, requestsAt] = [
    at(answers.data.values),
    at(answers.data.freshness),
    at(answers.data.requests),
  ];
  const rules = {
    staleAfterSeconds: signal.staleAfterSeconds,
    minimumRequests: signal.traffic?.minimum ?? null,
  };
  const moments = slotsOf(grid).map((atMs) => {
    const seconds = sampledAt.get(atMs);
    const sampledAtMs = seconds === undefined ? undefined : seconds * 1000;
    const evidence = { value: valueAt.get(atMs), sampledAtMs, requests: requestsAt.get(atMs) };
    return { atMs, reading: readingAt(atMs, evidence, rules) };
  });
  const seen = moments.flatMap(({ atMs, reading }) =>
    reading.kind === "value" ? [{ atMs, value: reading.value }] : [],
  );
  const unplanned = await askUnplanned(ask, sources.bundle, { signal: signalId, line }, seen);
  // The evaluator would have asked, too; a preview that can't would promise alerts that never come.
  if (!unplanned.ok) return { ok: false, failure: unplanned.failure, last: null };
  const readings = moments.map(({ atMs, reading }) => unplanned.values.get(atMs) ?? compactOf(reading));
  const history: HistoryPart = { fromMs: grid.fromMs, stepSeconds: grid.stepSeconds, readings };
  if (line.parts)
    history.parts =
      partSeries && partHistoryOf(line.parts, partSeries, pointsOf(history), signal.windowSeconds);
  return { ok: true, data: history, atMs: answers.atMs };
}

const SEVERAL_SERIES = {
  ok: false,
  failure: {
    code: "malformed",
    message: "A query of the health bundle gives several series for one tenant, where one is needed.",
  },
  last: null,
} as const;
