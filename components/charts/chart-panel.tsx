"use client";

import { useMemo } from "react";
import { Failed } from "@/components/ui/failed";
import { PageLink } from "@/components/ui/page-link";
import { Time } from "@/components/ui/zone";
import { RANGES, type RangeId } from "@/lib/evaluation/ranges";
import type { SignalView } from "@/lib/evaluation/view";
import { ChartReadout } from "./chart-readout";
import { PLOT } from "./geometry";
import { useHiddenLines } from "./hidden-lines";
import { ChartSkeleton, LateChartDrawing, LateChartTable } from "./late-chart";
import { type ShownSignal, withNewestRow } from "./newest-row";
import { rangeWords } from "./range-words";
import { isEmptyChart, rowsOf } from "./shape";
import { TimeAxis } from "./time-axis";
import type { ChartSeries } from "./use-series";

const ONE_LINE = "min-h-6 max-[23rem]:min-h-12 sm:min-h-6";
const TWO_LINES = "min-h-12 max-[23rem]:min-h-24 sm:min-h-6";
/** What a readout takes on narrow screens, by how many series it names and how long their labels are. */
const READOUT_HEIGHTS: Record<SignalView["id"], string> = {
  availability: "min-h-18 max-[23rem]:min-h-24 sm:min-h-12 lg:min-h-6",
  latency: TWO_LINES,
  "error-rate": ONE_LINE,
  saturation: TWO_LINES,
  restarts: ONE_LINE,
};

export type ChartedSignal = Pick<SignalView, "id" | "title">;

/** One signal's chart in its four states: on its way, drawn, empty, failed; and drawn but old, which is faded and says so. */
export function ChartPanel({
  signal,
  series,
  shown = null,
  range,
  renderedAtMs,
  linked,
  announces = true,
}: {
  signal: ChartedSignal;
  series: ChartSeries;
  /** What the page shows of the signal beside the chart, with which its newest values agree. */
  shown?: ShownSignal | null;
  range: RangeId;
  /** The server's clock, for the axis until the first answer is there. */
  renderedAtMs: number;
  /** The title leads to the signal's own page. */
  linked: boolean;
  /** Says to screen readers that it is old: one of several charts, or each would say the same. */
  announces?: boolean;
}) {
  const { view, failure, retry } = series;
  const old = view !== null && failure !== null;
  const own = useMemo(() => (view ? rowsOf(view) : []), [view]);
  const { rows, newestMs } = useMemo(
    () => withNewestRow(own, view?.lines ?? [], old ? null : shown),
    [own, view, old, shown],
  );
  const [hidden, toggle] = useHiddenLines(view?.lines.map(({ id }) => id) ?? []);
  const empty = useMemo(() => isEmptyChart(rows), [rows]);
  const markersFailed = view?.failed.find(({ part }) => part === "events");
  return (
    <section
      aria-label={`${signal.title}, last ${rangeWords(range)}`}
      data-chart={signal.id}
      className="py-3"
    >
      <div className="flex min-h-6 flex-wrap items-center justify-between gap-x-4">
        <Title signal={signal} range={range} linked={linked} />
        {/* The place of the readout, which takes lines of its own on a phone. */}
        <div className={`basis-full sm:min-w-0 sm:grow sm:basis-0 ${READOUT_HEIGHTS[signal.id]}`}>
          {view && (
            <ChartReadout
              view={view}
              rows={rows}
              isNow={newestMs !== null}
              hidden={hidden}
              onToggle={toggle}
            />
          )}
        </div>
      </div>
      <div className={`relative mt-1 ${old ? "opacity-50" : ""}`} style={{ height: PLOT.height }}>
        {!view && failure && <Failed what="The chart" reason={failure.message} onRetry={retry} />}
        {!view && !failure && <ChartSkeleton />}
        {view && !empty && (
          <LateChartDrawing
            title={signal.title}
            view={view}
            rows={rows}
            newestMs={newestMs}
            hidden={hidden}
            gapWords={gapWords(signal.id)}
          />
        )}
        {view && empty && <Empty words={emptyWords(signal.id, range)} />}
      </div>
      <TimeAxis
        fromMs={view?.fromMs ?? renderedAtMs - RANGES[range].seconds * 1000}
        toMs={view?.toMs ?? renderedAtMs}
      />
      <div className="flex min-h-6 flex-wrap items-center gap-x-4 text-xs text-ink-soft">
        {view && <LateChartTable title={signal.title} rows={rows} view={view} />}
        {markersFailed && <p>Deployments and restarts could not be asked: {markersFailed.message}</p>}
        {old && <Outdated asOfMs={view.toMs} reason={failure.message} retry={retry} announces={announces} />}
      </div>
    </section>
  );
}

function Title({ signal, range, linked }: { signal: ChartedSignal; range: RangeId; linked: boolean }) {
  return (
    <h3 className="text-sm font-medium">
      {linked ? (
        <PageLink
          href={`/signals/${signal.id}?range=${range}`}
          className="inline-flex min-h-6 items-center hover:underline"
        >
          {signal.title}
        </PageLink>
      ) : (
        signal.title
      )}
    </h3>
  );
}

function Empty({ words }: { words: string }) {
  return (
    <div className="hatched flex h-full items-center justify-center rounded-lg border border-dashed border-line-strong text-sm text-ink-soft">
      <span className="rounded bg-surface px-3 py-1">{words}</span>
    </div>
  );
}

/** Why the chart is old, and a way to ask again. */
function Outdated(props: { asOfMs: number; reason: string; retry: () => void; announces: boolean }) {
  return (
    <p role={props.announces ? "status" : undefined}>
      Could not be brought up to date: {props.reason} Drawn as of{" "}
      <Time atMs={props.asOfMs} style="clock-seconds" withZone />.{" "}
      <button type="button" onClick={props.retry} className="link min-h-6">
        Try again
      </button>
    </p>
  );
}

/** What a stretch of a chart without values is called. */
const gapWords = (id: SignalView["id"]): string =>
  needsRequests(id) ? "too few requests, or no data" : "no data";

const needsRequests = (id: SignalView["id"]): boolean => id === "latency" || id === "error-rate";

/** Why a chart has no line: requests that didn't come are not the same as a measurement that didn't. */
function emptyWords(id: SignalView["id"], range: RangeId): string {
  return needsRequests(id)
    ? `No values in the last ${rangeWords(range)}: too few requests, or nothing measured`
    : `Nothing measured in the last ${rangeWords(range)}`;
}
