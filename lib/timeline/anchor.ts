import type { EventKind } from "@/lib/evaluation/event-kinds";

/** The id that an event has in a list, so that a link can lead to the very event: its kind, and when it happened in ms. */
export const eventAnchor = ({ kind, atMs }: { kind: EventKind; atMs: number }): string =>
  `${kind}-${Math.round(atMs)}`;
