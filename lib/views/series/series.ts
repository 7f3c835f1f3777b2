import type { Bundle, LineDefinition, SignalDefinition, SignalId, Threshold } from "@/lib/catalogue/bundle";
import { type Ask, askFor, type SignalSources } from "@/lib/evaluation/ask";
import { askEvents } from "@/lib/evaluation/ask-events";
import { mapAnswer, together } from "@/lib/evaluation/combine";
import { effectiveThresholds, lineKeyOf } from "@/lib/evaluation/effective";
import { fillGaps, type Grid, type Point, rangeGrid } from "@/lib/evaluation/grid";
import { RANGES, type RangeId } from "@/lib/evaluation/ranges";
import { thresholdOf } from "@/lib/evaluation/threshold";
import type { Answer, Failure, Series } from "@/lib/prometheus/answer";
import type { TenantScope } from "@/lib/tenant/scope";
import { type AvailabilityBars, availabilityBars, barsGrid } from "./bars";
import type { SeriesView } from "./view";

export type SeriesAnswer =
  | { ok: true; view: SeriesView }
  | { ok: false; failure: Failure; last: SeriesView | null };

/**
 * A signal over a range, with its events. Every viewer of a range asks the same questions until its next step.
 *
 * `$window` is the signal's own window, or the step where that is longer, so that no incident falls between two points.
 * A point that can't be judged, for want of requests or of fresh data, is a gap.
 * The lines decide: where one can't be asked, the answer is a failure with the last view of this process. Events and bars that
 * can't be asked are named in `failed`, so that they don't look as if there were none.
 */
export async function seriesOf(
  sources: SignalSources,
  scope: TenantScope,
  signalId: SignalId,
  range: RangeId,
  nowMs: number,
): Promise<SeriesAnswer> {
  const { bundle } = sources;
  const ask = askFor(sources, scope);
  const signal = bundle.signals[signalId];
  const thresholds = effectiveThresholds(bundle, sources.settings ?? []);
  const watchedBy = (line: string) => {
    const threshold = thresholds.get(lineKeyOf(signalId, line));
    return threshold?.enabled ? thresholdOf(threshold) : null;
  };
  const grid = rangeGrid(range, nowMs, bundle.scrapeIntervalSeconds);
  const [lines, events, bars] = await Promise.all([
    askLines(ask, signal, grid),
    askEvents(ask, bundle, grid.toMs, RANGES[range].seconds),
    signalId === "availability" ? askBars(ask, bundle, range, nowMs) : null,
  ]);
  const view = (points: LinePoints): SeriesView => ({
    signal: signalId,
    unit: signal.unit,
    worse: signal.worse,
    range,
    fromMs: grid.fromMs,
    toMs: grid.toMs,
    stepSeconds: grid.stepSeconds,
    lines: signal.lines.map(({ id, label }) => ({
      id,
      label,
      threshold: watchedBy(id),
      points: points[id] ?? [],
    })),
    events: events.ok ? events.data : (events.last?.data ?? []),
    bars: bars?.ok ? bars.data : (bars?.last?.data ?? null),
    failed: [
      ...(events.ok ? [] : [{ part: "events" as const, message: events.failure.message }]),
      ...(bars === null || bars.ok ? [] : [{ part: "bars" as const, message: bars.failure.message }]),
    ],
  });
  if (lines.ok) return { ok: true, view: view(lines.data) };
  return {
    ok: false,
    failure: lines.failure,
    last: lines.last && upTo(lines.last.atMs, view(lines.last.data)),
  };
}

/** A view of what was known then: its end is what it is as of. */
function upTo(toMs: number, view: SeriesView): SeriesView {
  const lines = view.lines.map((line) => ({ ...line, points: line.points.filter(([atMs]) => atMs <= toMs) }));
  return { ...view, toMs, lines };
}

/**
 * One line of a signal over any grid, with the events of that time: for the page of an alert.
 * @param threshold what it was judged by then, which may not be what it is judged by now
 */
export async function lineSeriesOf(
  sources: SignalSources,
  scope: TenantScope,
  { signalId, lineId, threshold }: { signalId: SignalId; lineId: string; threshold: Threshold },
  grid: Grid,
): Promise<SeriesAnswer> {
  const { bundle } = sources;
  const ask = askFor(sources, scope);
  const signal = bundle.signals[signalId];
  const line = signal.lines.find(({ id }) => id === lineId);
  if (!line) return { ok: false, failure: NOT_MEASURED, last: null };
  const [points, events] = await Promise.all([
    askLine(ask, signal, line, grid),
    askEvents(ask, bundle, grid.toMs, (grid.toMs - grid.fromMs) / 1000),
  ]);
  const view = (data: Point[]): SeriesView => ({
    signal: signalId,
    unit: signal.unit,
    worse: signal.worse,
    range: "episode",
    fromMs: grid.fromMs,
    toMs: grid.toMs,
    stepSeconds: grid.stepSeconds,
    lines: [{ id: line.id, label: line.label, threshold, points: data }],
    events: events.ok ? events.data : (events.last?.data ?? []),
    bars: null,
    failed: events.ok ? [] : [{ part: "events", message: events.failure.message }],
  });
  if (points.ok) return { ok: true, view: view(points.data) };
  return { ok: false, failure: points.failure, last: points.last && view(points.last.data) };
}

const NOT_MEASURED: Failure = {
  code: "query",
  message: "The platform no longer measures this.",
};

type LinePoints = Record<string, Point[]>;

async function askLines(ask: Ask, signal: SignalDefinition, grid: Grid): Promise<Answer<LinePoints>> {
  const lines = await Promise.all(
    signal.lines.map(async (line) => [line.id, await askLine(ask, signal, line, grid)] as const),
  );
  return together<LinePoints>(Object.fromEntries(lines));
}

async function askLine(
  ask: Ask,
  signal: SignalDefinition,
  line: LineDefinition,
  grid: Grid,
): Promise<Answer<Point[]>> {
  const window = Math.max(signal.windowSeconds, grid.stepSeconds);
  const freshness = freshnessQuery(signal, line, grid.stepSeconds);
  const [values, newest, requests] = await Promise.all([
    ask.range(line.query, window, grid),
    freshness ? ask.range(freshness, window, grid) : null,
    signal.traffic ? ask.range(signal.traffic.query, window, grid) : null,
  ]);
  const parts = together<Record<string, Series[]>>({
    values,
    ...(newest && { newest }),
    ...(requests && { requests }),
  });
  return mapAnswer(parts, (data) => drawnPoints(signal, data, grid));
}

/** A line that is only drawn is as fresh as its signal's judged one. Coarse charts average over gaps shorter than a step. */
function freshnessQuery(
  signal: SignalDefinition,
  line: LineDefinition,
  stepSeconds: number,
): string | undefined {
  if (stepSeconds > signal.staleAfterSeconds) return undefined;
  return line.freshness ?? signal.lines.find((other) => other.freshness)?.freshness;
}

function drawnPoints(signal: SignalDefinition, data: Record<string, Series[]>, grid: Grid): Point[] {
  const newest = data.newest && fillGaps(data.newest[0], grid);
  const requests = data.requests && fillGaps(data.requests[0], grid);
  const minimum = signal.traffic?.minimum ?? 0;
  return fillGaps(data.values?.[0], grid).map(([atMs, value], index) => {
    const sampledAt = newest?.[index]?.[1];
    const stale =
      newest && (typeof sampledAt !== "number" || atMs / 1000 - sampledAt > signal.staleAfterSeconds);
    const count = requests?.[index]?.[1];
    const idle = requests && (typeof count !== "number" || count < minimum);
    return [atMs, stale || idle ? null : value];
  });
}

async function askBars(
  ask: Ask,
  bundle: Bundle,
  range: RangeId,
  nowMs: number,
): Promise<Answer<AvailabilityBars> | null> {
  const line = bundle.signals.availability.lines[0];
  const bars = barsGrid(range, nowMs, bundle.scrapeIntervalSeconds);
  if (!bars || !line) return null;
  const [up, arrived] = await Promise.all([
    ask.range(line.query, bars.stepSeconds, bars),
    ask.range(bundle.coverage, bars.stepSeconds, bars),
  ]);
  return mapAnswer(together<{ up: Series[]; arrived: Series[] }>({ up, arrived }), (data) =>
    availabilityBars(data.up[0], data.arrived[0], bars, bundle.scrapeIntervalSeconds),
  );
}
