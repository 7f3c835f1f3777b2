import type { CapabilityEvent } from "@/lib/evaluation/event";
import type { EventKind } from "@/lib/evaluation/event-kinds";
import { eventsWords } from "@/lib/wording/event-words";
import { nearestRow, type Row } from "./shape";

/** Events so close together on the axis that they share a place: of each kind one sign with its count, below each other. */
export type Marker = {
  atMs: number;
  events: CapabilityEvent[];
  kinds: { kind: EventKind; events: CapabilityEvent[] }[];
};

/** The order of the signs that share a place, from above. */
const ORDER: Record<EventKind, number> = {
  alert: 0,
  restart: 1,
  deployment: 2,
  notice: 3,
  "threshold-edit": 4,
};

/** A sign with a count of two figures, and room to the next. */
const MARKER_PX = 32;

/**
 * Events as markers of which none lies on another: those within a marker's width of the first share its place, or a crash loop
 * would be a black bar and a deployment that breaks something would be hidden below its alert.
 * @param axisPx how long the axis is, in pixels
 */
export function markersOf(
  events: readonly CapabilityEvent[],
  fromMs: number,
  toMs: number,
  axisPx: number,
): Marker[] {
  const nearMs = ((toMs - fromMs) * MARKER_PX) / Math.max(axisPx, 1);
  const places: { atMs: number; events: CapabilityEvent[] }[] = [];
  for (const event of [...events].sort((a, b) => a.atMs - b.atMs)) {
    if (event.atMs < fromMs || event.atMs > toMs) continue;
    const open = places.at(-1);
    if (open && event.atMs - open.atMs <= nearMs) open.events.push(event);
    else places.push({ atMs: event.atMs, events: [event] });
  }
  return places.map((place) => ({ ...place, kinds: kindsOf(place.events) }));
}

function kindsOf(events: readonly CapabilityEvent[]): Marker["kinds"] {
  const kinds = new Map<EventKind, CapabilityEvent[]>();
  for (const event of events) kinds.set(event.kind, [...(kinds.get(event.kind) ?? []), event]);
  return [...kinds]
    .map(([kind, ofKind]) => ({ kind, events: ofKind }))
    .sort((a, b) => ORDER[a.kind] - ORDER[b.kind]);
}

/** The markers whose events fall onto a row: those that the crosshair points at while it stands there. */
export function markersAt(markers: readonly Marker[], rows: readonly Row[], row: Row): Marker[] {
  return markers.filter(({ events }) => events.some(({ atMs }) => nearestRow(rows, atMs) === row));
}

/** What a marker stands for, kind by kind. */
export const markerWords = ({ kinds }: Marker): string =>
  kinds.map(({ events }) => eventsWords(events)).join("; ");
