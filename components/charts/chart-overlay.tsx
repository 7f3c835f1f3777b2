"use client";

import { useMemo } from "react";
import { useZone } from "@/components/ui/zone";
import { formatTime, zoneName } from "@/lib/wording/time";
import { useCrosshair } from "./crosshair";
import { crosshairInput } from "./crosshair-input";
import { CrosshairValues } from "./crosshair-values";
import { axisPxOf, leftOf } from "./geometry";
import type { HiddenLines } from "./hidden-lines";
import { MarkerSigns } from "./marker-signs";
import { type Marker, markersAt, markersOf, markerWords } from "./markers";
import { type ChartView, fractionAt, nearestRow, type Row } from "./shape";

/**
 * What lies over the lines: markers, the crosshair with its values, and the pointer and keyboard that move it. It is a slider along
 * the time axis; its value is read out with all the lines.
 */
export function ChartOverlay({
  title,
  view,
  rows,
  widthPx,
  hidden,
  inWords,
}: {
  /** The chart's name, for the slider. */
  title: string;
  view: ChartView;
  rows: Row[];
  widthPx: number;
  hidden: HiddenLines;
  /** The values of a row in words. */
  inWords: (row: Row) => string;
}) {
  const { fromMs, toMs, events } = view;
  const zone = useZone();
  const [atMs, setAt] = useCrosshair();
  const markers = useMemo(
    () => markersOf(events, fromMs, toMs, axisPxOf(widthPx)),
    [events, fromMs, toMs, widthPx],
  );
  const row = atMs === null ? null : nearestRow(rows, atMs);
  const index = row ? rows.indexOf(row) : rows.length - 1;

  const shown = row ?? rows.at(-1);
  const found = row ? markersAt(markers, rows, row) : NOTHING;
  const pointedAt = found.length === 0 ? NOTHING : found;
  const eventWordsAt = pointedAt.map(markerWords).join("; ");
  return (
    <div
      role="slider"
      tabIndex={0}
      aria-label={`${title} over time`}
      aria-orientation="horizontal"
      aria-valuemin={0}
      aria-valuemax={Math.max(0, rows.length - 1)}
      aria-valuenow={Math.max(0, index)}
      aria-valuetext={
        shown
          ? `${timeWords(shown.atMs, zone)}: ${inWords(shown)}${eventWordsAt && `. ${eventWordsAt}`}`
          : "No data"
      }
      {...crosshairInput({ fromMs, toMs }, markers, rows, index, setAt)}
      className="absolute inset-0 cursor-crosshair touch-pan-y select-none"
    >
      <MarkerSigns markers={markers} pointedAt={pointedAt} fromMs={fromMs} toMs={toMs} />
      {row && (
        <>
          <span
            data-crosshair
            className="pointer-events-none absolute bottom-1 top-4 w-px bg-ink"
            style={{ left: leftOf(fractionAt(row.atMs, fromMs, toMs)) }}
          />
          <CrosshairValues row={row} view={view} hidden={hidden} eventWords={eventWordsAt} />
        </>
      )}
    </div>
  );
}

const timeWords = (atMs: number, zone: string): string =>
  `${formatTime(atMs, zone, "day-clock")} ${zoneName(atMs, zone)}`;

/** One and the same, so that markers are drawn anew only when the crosshair comes to one or leaves it. */
const NOTHING: readonly Marker[] = [];
