"use client";

import type { KeyboardEvent, PointerEvent } from "react";
import { useZone } from "@/components/ui/zone";
import type { EventKind } from "@/lib/evaluation/event-kinds";
import { eventsWords } from "@/lib/wording/event-words";
import { formatTime, zoneName } from "@/lib/wording/time";
import { useCrosshair } from "./crosshair";
import { moveByKey, pointedMs } from "./crosshair-moves";
import { areEnds, MarkerGlyph } from "./event-glyph";
import { leftOf, PLOT } from "./geometry";
import { fractionAt, type Marker, markersAt, nearestRow, type Row } from "./shape";

const DASHES: Record<EventKind, string | undefined> = {
  deployment: undefined,
  restart: "2 3",
  alert: "1 2",
  "threshold-edit": "6 4",
  notice: "8 2 2 2",
};
const RED: readonly EventKind[] = ["restart", "alert"];

/**
 * What lies over the lines: markers, the crosshair, and the pointer and keyboard that move it. It is a slider along the
 * time axis: arrows go one step, page keys ten, Escape lets go; its value is read out with all the lines.
 */
export function ChartOverlay({
  name,
  rows,
  fromMs,
  toMs,
  markers,
  inWords,
}: {
  /** The chart's name, for the slider. */
  name: string;
  rows: Row[];
  fromMs: number;
  toMs: number;
  markers: Marker[];
  /** The values of a row in words. */
  inWords: (row: Row) => string;
}) {
  const zone = useZone();
  const [atMs, setAt] = useCrosshair();
  const row = atMs === null ? null : nearestRow(rows, atMs);
  const index = row ? rows.indexOf(row) : rows.length - 1;

  const point = (event: PointerEvent<HTMLDivElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    const pointer = {
      fromStartPx: event.clientX - box.left - PLOT.left,
      axisPx: box.width - PLOT.left - PLOT.right,
    };
    setAt(pointedMs(pointer, { fromMs, toMs }, markers, rows));
  };
  const press = (event: KeyboardEvent) => {
    const move = moveByKey(event.key, index, rows.length);
    if (move === null) return;
    if (move === "let-go") return setAt(null);
    event.preventDefault();
    setAt(rows[move]?.atMs ?? null);
  };

  const shown = row ?? rows.at(-1);
  const pointedAt = row ? markersAt(markers, rows, row) : [];
  const eventWordsAt = pointedAt.map(({ events }) => eventsWords(events)).join("; ");
  return (
    <div
      role="slider"
      tabIndex={0}
      aria-label={`${name} over time`}
      aria-orientation="horizontal"
      aria-valuemin={0}
      aria-valuemax={Math.max(0, rows.length - 1)}
      aria-valuenow={Math.max(0, index)}
      aria-valuetext={
        shown
          ? `${formatTime(shown.atMs, zone, "day-clock")} ${zoneName(shown.atMs, zone)}: ${inWords(shown)}${eventWordsAt && `. ${eventWordsAt}`}`
          : "No data"
      }
      onPointerMove={point}
      onPointerDown={point}
      onPointerLeave={() => setAt(null)}
      onKeyDown={press}
      onBlur={() => setAt(null)}
      className="absolute inset-0 cursor-crosshair touch-pan-y"
    >
      {markers.map((marker) => (
        <span
          key={`${marker.kind}${marker.atMs}${toMs}`}
          data-marker={marker.kind}
          data-words={eventsWords(marker.events)}
          data-pointed={pointedAt.includes(marker) || undefined}
          className="absolute bottom-1 top-0 -translate-x-1/2"
          style={{ left: leftOf(fractionAt(marker.atMs, fromMs, toMs)) }}
        >
          <svg width="14" height="100%" aria-hidden="true" className="overflow-visible">
            <line
              x1="7"
              x2="7"
              y1="14"
              y2="100%"
              stroke={RED.includes(marker.kind) && !areEnds(marker.events) ? "var(--bad)" : "var(--ink-soft)"}
              strokeWidth={pointedAt.includes(marker) ? 2.5 : 1}
              strokeDasharray={DASHES[marker.kind]}
              opacity={pointedAt.includes(marker) ? 1 : 0.6}
            />
            <MarkerGlyph kind={marker.kind} isOver={areEnds(marker.events)} />
            {marker.events.length > 1 && (
              <text x="15" y="11" fontSize="10" fill="var(--ink-soft)">
                {marker.events.length}
              </text>
            )}
          </svg>
        </span>
      ))}
      {row && eventWordsAt && (
        <span
          data-pointed-words
          aria-hidden="true"
          className={`pointer-events-none absolute top-0 z-[1] max-w-[55%] truncate rounded bg-surface px-1.5 text-xs leading-4 text-ink ring-1 ring-line ${
            fractionAt(row.atMs, fromMs, toMs) > 0.5 ? "-translate-x-full -ml-3" : "ml-3"
          }`}
          style={{ left: leftOf(fractionAt(row.atMs, fromMs, toMs)) }}
        >
          {eventWordsAt}
        </span>
      )}
      {row && (
        <span
          data-crosshair
          className="pointer-events-none absolute bottom-1 top-4 w-px bg-ink"
          style={{ left: leftOf(fractionAt(row.atMs, fromMs, toMs)) }}
        />
      )}
    </div>
  );
}
