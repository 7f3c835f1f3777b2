"use client";

import dynamic from "next/dynamic";
import Link from "next/link";
import { useMemo } from "react";
import type { RangeId } from "@/lib/signals/ranges";
import type { SeriesView, SignalView } from "@/lib/signals/view";
import { Failed } from "../ui/failed";
import { formatThreshold, formatValue, NO_VALUE } from "../ui/format";
import { timeTicks } from "../ui/time";
import { Time, useZone } from "../ui/zone";
import { ChartOverlay } from "./chart-overlay";
import { ChartTable } from "./chart-table";
import { useCrosshair } from "./crosshair";
import { PLOT, strokeOf } from "./geometry";
import { rangeWords } from "./range-tabs";
import { scaleOf } from "./scale";
import { isEmpty, markersOf, nearestRow, type Row, rowsOf } from "./shape";
import type { Series } from "./use-series";

const Skeleton = () => <div className="skeleton h-full w-full" />;

// The chart library is the heaviest thing of the portal: it comes after the page, into a place of its size.
const LinePlot = dynamic(() => import("./line-plot").then((module) => module.LinePlot), {
  ssr: false,
  loading: Skeleton,
});

export type ChartedSignal = Pick<SignalView, "id" | "title">;

/** One signal's chart in its four states: on its way, drawn, empty, failed; and drawn but old, which is faded and says so. */
export function ChartPanel({
  signal,
  series,
  range,
  linked,
}: {
  signal: ChartedSignal;
  series: Series;
  range: RangeId;
  /** The title leads to the signal's own page. */
  linked: boolean;
}) {
  const { view, failure, retry } = series;
  const zone = useZone();
  const drawn = useMemo(() => (view ? drawingOf(view) : null), [view]);
  const ticks = useMemo(
    () => (view ? timeTicks(view.fromMs, view.toMs, zone, 6).map(({ atMs }) => atMs) : []),
    [view, zone],
  );
  const markersFailed = view?.failed.find(({ part }) => part === "events");
  const old = view !== null && failure !== null;
  return (
    <section
      aria-label={`${signal.title}, last ${rangeWords(range)}`}
      data-chart={signal.id}
      className="py-3"
    >
      <div className="flex min-h-6 flex-wrap items-center justify-between gap-x-4">
        <h3 className="text-sm font-medium">
          {linked ? (
            <Link href={`/signals/${signal.id}?range=${range}`} prefetch={false} className="hover:underline">
              {signal.title}
            </Link>
          ) : (
            signal.title
          )}
        </h3>
        {view && drawn ? <Readout view={view} rows={drawn.rows} /> : <span className="h-5" />}
      </div>
      <div className={`relative mt-1 ${old ? "opacity-50" : ""}`} style={{ height: PLOT.height }}>
        {!view && failure && <Failed what="The chart" reason={failure.message} onRetry={retry} />}
        {!view && !failure && <Skeleton />}
        {view && drawn && !drawn.empty && (
          <>
            <LinePlot
              rows={drawn.rows}
              lines={view.lines}
              scale={drawn.scale}
              unit={view.unit}
              stepped={view.unit === "count"}
              fromMs={view.fromMs}
              toMs={view.toMs}
              timeTicks={ticks}
            />
            <ChartOverlay
              name={signal.title}
              rows={drawn.rows}
              fromMs={view.fromMs}
              toMs={view.toMs}
              markers={drawn.markers}
              inWords={(row) => inWords(view, row)}
            />
          </>
        )}
        {drawn?.empty && (
          <div className="hatched flex h-full items-center justify-center rounded-lg border border-dashed border-line-strong text-sm text-ink-soft">
            <span className="rounded bg-surface px-3 py-1">
              Nothing is known of the last {rangeWords(range)}
            </span>
          </div>
        )}
      </div>
      <div className="flex min-h-6 flex-wrap items-center gap-x-4 text-xs text-ink-soft">
        {view && drawn && (
          <ChartTable title={signal.title} rows={drawn.rows} view={view} markers={drawn.markers} />
        )}
        {markersFailed && <p>Deployments and restarts could not be asked: {markersFailed.message}</p>}
        {old && (
          <p role="status">
            Could not be brought up to date: {failure.message} Drawn as of{" "}
            <Time atMs={view.toMs} style="clock-seconds" withZone />.{" "}
            <button type="button" onClick={retry} className="link min-h-6">
              Try again
            </button>
          </p>
        )}
      </div>
    </section>
  );
}

function drawingOf(view: SeriesView) {
  const rows = rowsOf(view);
  const values = rows.flatMap((row) => row.values.filter((value) => value !== null));
  const thresholds = view.lines.flatMap(({ threshold }) => (threshold ? [threshold.value] : []));
  return {
    rows,
    empty: isEmpty(rows),
    scale: scaleOf(values, thresholds, view.worse, view.unit),
    markers: markersOf(view.events, view.fromMs, view.toMs),
  };
}

/** A row in words, for the slider. */
function inWords(view: SeriesView, row: Row): string {
  return view.lines
    .map((line, index) => {
      const value = row.values[index] ?? null;
      return `${line.label} ${value === null ? "not known" : formatValue(value, view.unit)}`;
    })
    .join(", ");
}

/** The legend, with each line's value at the crosshair, or its newest. In one place, so that nothing covers the lines. */
function Readout({ view, rows }: { view: SeriesView; rows: Row[] }) {
  const [atMs] = useCrosshair();
  const row = atMs === null ? rows.at(-1) : nearestRow(rows, atMs);
  const limits = [
    ...new Set(
      view.lines.flatMap(({ threshold }) =>
        threshold ? [formatThreshold(threshold, view.worse, view.unit)] : [],
      ),
    ),
  ];
  return (
    <ul className="flex flex-wrap items-center justify-end gap-x-4 text-xs text-ink-soft">
      {view.lines.map((line, index) => {
        const { color, dash } = strokeOf(index);
        const value = row?.values[index] ?? null;
        return (
          <li key={line.id} className="flex items-center gap-1.5 whitespace-nowrap">
            <svg width="18" height="6" aria-hidden="true">
              <line x1="0" x2="18" y1="3" y2="3" stroke={color} strokeWidth="2" strokeDasharray={dash} />
            </svg>
            {line.label}
            <span className="min-w-12 text-right font-medium text-ink">
              {value === null ? NO_VALUE : formatValue(value, view.unit)}
            </span>
          </li>
        );
      })}
      {limits.length > 0 && (
        <li className="flex items-center gap-1.5 whitespace-nowrap">
          <svg width="18" height="6" aria-hidden="true">
            <line x1="0" x2="18" y1="3" y2="3" stroke="var(--bad)" strokeWidth="1.5" strokeDasharray="4 3" />
          </svg>
          alert {limits.join(", ")}
        </li>
      )}
    </ul>
  );
}
