"use client";

import { useMemo } from "react";
import { useZone } from "@/components/ui/zone";
import { scaleOf } from "@/lib/views/series/scale";
import { formatValue } from "@/lib/wording/format";
import { timeTicks } from "@/lib/wording/time";
import { type Band, Bands, type Note } from "./bands";
import { ChartOverlay } from "./chart-overlay";
import { LinePlot } from "./line-plot";
import { type ChartView, markersOf, type Row } from "./shape";

/** The drawn part of a chart: lines, markers and the crosshair's slider. Loaded after the page, with the chart library. */
export function ChartDrawing({
  title,
  view,
  rows,
  bands = [],
  notes = [],
}: {
  title: string;
  view: ChartView;
  rows: Row[];
  /** The alert states of an alert, and what was sent. */
  bands?: readonly Band[];
  notes?: readonly Note[];
}) {
  const zone = useZone();
  const scale = useMemo(() => {
    const values = rows.flatMap((row) => row.values.filter((value) => value !== null));
    const thresholds = view.lines.flatMap(({ threshold }) => (threshold ? [threshold.value] : []));
    return scaleOf(values, thresholds, view.worse, view.unit);
  }, [view, rows]);
  const markers = useMemo(() => markersOf(view.events, view.fromMs, view.toMs), [view]);
  const ticks = useMemo(
    () => timeTicks(view.fromMs, view.toMs, zone, 6).map(({ atMs }) => atMs),
    [view, zone],
  );
  return (
    <>
      <LinePlot
        rows={rows}
        lines={view.lines}
        scale={scale}
        unit={view.unit}
        stepped={view.unit === "count"}
        fromMs={view.fromMs}
        toMs={view.toMs}
        timeTicks={ticks}
      />
      <Bands bands={bands} notes={notes} fromMs={view.fromMs} toMs={view.toMs} />
      <ChartOverlay
        name={title}
        rows={rows}
        fromMs={view.fromMs}
        toMs={view.toMs}
        markers={markers}
        inWords={(row) => rowWords(view, row)}
      />
    </>
  );
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
