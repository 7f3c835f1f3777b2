import { memo } from "react";
import type { EventKind } from "@/lib/evaluation/event-kinds";
import { eventsWords } from "@/lib/wording/event-words";
import { areEnds, EventGlyph } from "./event-glyph";
import { leftOf } from "./geometry";
import type { Marker } from "./markers";
import { fractionAt } from "./shape";

const DASHES: Record<EventKind, string | undefined> = {
  deployment: undefined,
  restart: "2 3",
  alert: "1 2",
  "threshold-edit": "6 4",
  notice: "8 2 2 2",
};
const RED: readonly EventKind[] = ["restart", "alert"];
const SIGN_PX = 15;

/** The markers: a line down to the axis, and above it the signs of what happened there, below each other and counted. */
export const MarkerSigns = memo(function MarkerSigns({
  markers,
  pointedAt,
  fromMs,
  toMs,
}: {
  markers: readonly Marker[];
  /** Those at which the crosshair stands. */
  pointedAt: readonly Marker[];
  fromMs: number;
  toMs: number;
}) {
  return markers.map((marker) => {
    const { kinds, atMs } = marker;
    const isPointed = pointedAt.includes(marker);
    const [first] = kinds;
    const isRed = kinds.some(({ kind, events }) => RED.includes(kind) && !areEnds(events));
    return (
      <span
        key={`${atMs}${toMs}`}
        className="pointer-events-none absolute bottom-1 top-0 w-3.5 -translate-x-1/2"
        style={{ left: leftOf(fractionAt(atMs, fromMs, toMs)) }}
      >
        <svg width="14" height="100%" aria-hidden="true" className="absolute inset-0">
          <line
            x1="7"
            x2="7"
            y1={kinds.length * SIGN_PX}
            y2="100%"
            stroke={isRed ? "var(--bad)" : "var(--ink-soft)"}
            strokeWidth={isPointed ? 2.5 : 1}
            strokeDasharray={kinds.length === 1 && first ? DASHES[first.kind] : undefined}
            opacity={isPointed ? 1 : 0.6}
          />
        </svg>
        {kinds.map(({ kind, events }, index) => (
          <span
            key={kind}
            data-marker={kind}
            data-words={eventsWords(events)}
            data-pointed={isPointed || undefined}
            className="absolute left-0 flex items-center whitespace-nowrap rounded-sm bg-surface/80 text-[0.625rem] leading-none text-ink-soft"
            style={{ top: index * SIGN_PX }}
          >
            <EventGlyph kind={kind} isOver={areEnds(events)} />
            {events.length > 1 && events.length}
          </span>
        ))}
      </span>
    );
  });
});
