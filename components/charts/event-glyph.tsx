import type { CapabilityEvent } from "@/lib/evaluation/event";
import { EVENT_KINDS, type EventKind } from "@/lib/evaluation/event-kinds";

/**
 * A triangle for a deployment, a turning arrow for a restart, a bell for an alert, a slider for a threshold edit, a flag for a
 * notice: shapes, so that colour isn't needed.
 * @param isOver the events are ends alone: an empty bell, and nothing in red
 */
export function MarkerGlyph({ kind, isOver = false }: { kind: EventKind; isOver?: boolean }) {
  switch (kind) {
    case "deployment":
      return <path d="M7 1.5 12.5 11.5h-11z" fill="var(--ink)" />;
    case "restart":
      return (
        <g fill="none" stroke="var(--bad)" strokeWidth="1.8" strokeLinecap="round" strokeLinejoin="round">
          <path d="M11.5 5A5 5 0 1 0 12 8" />
          <path d="M12 2v3.2H8.8" />
        </g>
      );
    case "alert":
      return (
        <g
          fill={isOver ? "var(--surface)" : "var(--bad)"}
          stroke={isOver ? "var(--ink-soft)" : undefined}
          strokeWidth="1.2"
        >
          <path d="M2 10.2c1-1 1.3-2.2 1.3-4a3.7 3.7 0 0 1 7.4 0c0 1.8.3 3 1.3 4z" />
          <circle cx="7" cy="12.2" r="1.5" />
        </g>
      );
    case "threshold-edit":
      return (
        <g stroke="var(--ink)" strokeWidth="1.6" strokeLinecap="round">
          <path d="M1 7h12" />
          <circle cx="8.5" cy="7" r="2.9" fill="var(--surface)" />
        </g>
      );
    case "notice":
      return (
        <g stroke="var(--ink)" strokeWidth="1.6" strokeLinecap="round" strokeLinejoin="round">
          <path d="M3 13V1.5" />
          <path d="M3 2h8.5L9 5l2.5 3H3z" fill="var(--ink)" />
        </g>
      );
  }
}

/** Whether events are nothing but alerts that ended. */
export const areEnds = (events: readonly CapabilityEvent[]): boolean =>
  events.every((event) => event.kind === "alert" && event.end !== null);

/** The kinds of events and their glyphs, for the head of a chart. */
export function EventLegend() {
  return EVENT_KINDS.map((kind) => (
    <span key={kind} className="flex items-center gap-1.5">
      <EventGlyph kind={kind} /> {LEGEND[kind]}
    </span>
  ));
}

const LEGEND: Record<EventKind, string> = {
  deployment: "deployment",
  restart: "restart",
  alert: "alert",
  "threshold-edit": "threshold edited",
  notice: "operator’s notice",
};

/** The glyph for lists and legends. */
export function EventGlyph({ kind, isOver }: { kind: EventKind; isOver?: boolean }) {
  return (
    <svg viewBox="0 0 14 14" width="13" height="13" aria-hidden="true" className="shrink-0">
      <MarkerGlyph kind={kind} isOver={isOver} />
    </svg>
  );
}
