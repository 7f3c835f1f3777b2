"use client";

import { useMemo } from "react";
import { useZone } from "@/components/ui/zone";
import { type ChartScale, chartScaleOf } from "@/lib/views/series/chart-scale";
import { formatValue } from "@/lib/wording/format";
import { timeTicks } from "@/lib/wording/time";
import { type Band, Bands, type Note } from "./bands";
import { ChartOverlay } from "./chart-overlay";
import type { HiddenLines } from "./hidden-lines";
import { LinePlot } from "./line-plot";
import { NewestDots } from "./newest-dots";
import { type ChartView, type Row, wideGapsOf } from "./shape";
import { useTurn } from "./turns";
import { WideGaps } from "./wide-gaps";
import { useWidthPx } from "./width";

/** The drawn part of a chart: lines, markers and the crosshair's slider. Loaded after the page, with the chart library. */
export function ChartDrawing({
  title,
  view,
  rows,
  newestMs = null,
  hidden,
  gapWords = "no data",
  bands = [],
  notes = [],
}: {
  title: string;
  view: ChartView;
  rows: Row[];
  /** When the last row has the values that are shown beside the chart: they are drawn as dots, and not joined to the line. */
  newestMs?: number | null;
  hidden: HiddenLines;
  /** What a stretch without values is called. */
  gapWords?: string;
  /** The alert states of an alert, and what was sent. */
  bands?: readonly Band[];
  notes?: readonly Note[];
}) {
  const zone = useZone();
  // The lines are drawn again when the chart's own points or its scale change, and not with each new value beside them.
  const scale = useSteadyScale(useMemo(() => scaleOfChart(view, rows, hidden), [view, rows, hidden]));
  const drawnUntilMs = newestMs === null ? view.toMs : Math.min(view.toMs, newestMs);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the rows up to there are the view's
  const drawn = useMemo(() => rows.filter(({ atMs }) => atMs <= drawnUntilMs), [view, drawnUntilMs]);
  const gaps = useMemo(() => wideGapsOf(rows, view.fromMs, view.toMs), [view, rows]);
  const ticks = useMemo(
    () => timeTicks(view.fromMs, view.toMs, zone, 6).map(({ atMs }) => atMs),
    [view, zone],
  );
  const [box, widthPx] = useWidthPx<HTMLDivElement>();
  const isMyTurn = useTurn();
  const newest = newestMs === null ? undefined : rows.at(-1);
  return (
    <div ref={box} className="on-paper absolute inset-0">
      {widthPx !== null && !isMyTurn && <div className="skeleton h-full w-full" />}
      {widthPx !== null && isMyTurn && (
        <LinePlot
          widthPx={widthPx}
          rows={drawn}
          lines={view.lines}
          hidden={hidden}
          scale={scale}
          unit={view.unit}
          stepped={view.unit === "count"}
          fromMs={view.fromMs}
          toMs={view.toMs}
          timeTicks={ticks}
        />
      )}
      {/* Over the lines, so that no threshold strikes its words through. */}
      <WideGaps gaps={gaps} fromMs={view.fromMs} toMs={view.toMs} words={gapWords} />
      <Bands bands={bands} notes={notes} fromMs={view.fromMs} toMs={view.toMs} />
      {newest && <NewestDots row={newest} view={view} hidden={hidden} scale={scale} />}
      {widthPx !== null && (
        <ChartOverlay
          widthPx={widthPx}
          title={title}
          view={view}
          rows={rows}
          hidden={hidden}
          inWords={(row) => rowWords(view, row)}
        />
      )}
    </div>
  );
}

/** The same object for as long as the scale is the same. */
function useSteadyScale(scale: ChartScale): ChartScale {
  const { bottom, top, isStretched } = scale;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a scale with the same ends is the same
  return useMemo(() => scale, [bottom, top, isStretched]);
}

/** The scale of the lines that are shown. */
function scaleOfChart(view: ChartView, rows: readonly Row[], hidden: HiddenLines): ChartScale {
  const isShown = view.lines.map(({ id }) => !hidden.has(id));
  const values = rows.flatMap((row) => row.values.filter((value, index) => value !== null && isShown[index]));
  const thresholds = view.lines.flatMap(({ threshold }, index) =>
    threshold && isShown[index] ? [threshold.value] : [],
  );
  return chartScaleOf(values as number[], thresholds, view.worse, view.unit);
}

/** A row in words, for the slider. */
function rowWords(view: ChartView, row: Row): string {
  return view.lines
    .map((line, index) => {
      const value = row.values[index] ?? null;
      return `${line.label} ${value === null ? "not known" : formatValue(value, view.unit)}`;
    })
    .join(", ");
}
