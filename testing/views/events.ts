import type { CapabilityEvent } from "@/lib/evaluation/event";
import type { EventKind } from "@/lib/evaluation/event-kinds";
import type { TimelineSection, TimelineView } from "@/lib/timeline/timeline";
import { MINUTE_MS, NOW_MS } from "./health";

const HOUR_MS = 60 * MINUTE_MS;

export const restart = (atMs: number, change: object = {}): CapabilityEvent => ({
  kind: "restart",
  atMs,
  pod: "photos-7f9c",
  container: "photos",
  reason: "OOMKilled",
  exitCode: 137,
  ...change,
});
export const deployment = (atMs: number, version = "1.4.2"): CapabilityEvent => ({
  kind: "deployment",
  atMs,
  version,
});

/** An event of each kind, an hour apart. */
export const EVENTS: Record<EventKind, CapabilityEvent> = {
  deployment: deployment(NOW_MS - HOUR_MS),
  restart: restart(NOW_MS - 2 * HOUR_MS),
  alert: {
    kind: "alert",
    atMs: NOW_MS - 3 * HOUR_MS,
    id: "0b5e",
    name: "Error rate",
    edge: "ended",
    end: { afterMs: 14 * MINUTE_MS, reason: "recovered" },
  },
  "threshold-edit": {
    kind: "threshold-edit",
    atMs: NOW_MS - 4 * HOUR_MS,
    signal: "latency",
    name: "Latency p95",
    from: "above 1 s for 5 min",
    to: "above 2 s for 5 min",
    by: "owner@photos.example",
  },
  notice: {
    kind: "notice",
    atMs: NOW_MS - 5 * HOUR_MS,
    number: 12,
    about: "incident",
    title: "Ingress errors",
    url: "https://git.example/infra/issues/12",
    edge: "opened",
  },
};

/** A day in which something of each kind happened. */
export function sectionView(change: Partial<TimelineSection> = {}): TimelineSection {
  return {
    fromMs: NOW_MS - 24 * HOUR_MS,
    toMs: NOW_MS,
    events: Object.values(EVENTS),
    failed: null,
    ...change,
  };
}

/** A timeline with an alert and a notice that last. */
export function timelineView(change: Partial<TimelineView> = {}): TimelineView {
  return {
    tenant: { id: "photos" },
    asOfMs: NOW_MS,
    now: [
      { kind: "alert", id: "0b5e", name: "Latency p95", sinceMs: NOW_MS - 14 * MINUTE_MS },
      {
        kind: "notice",
        number: 12,
        about: "update-required",
        title: "Move to PostgreSQL 18",
        url: "https://git.example/infra/issues/12",
        sinceMs: NOW_MS - 48 * HOUR_MS,
        overdue: true,
      },
    ],
    day: sectionView(),
    week: sectionView({ fromMs: NOW_MS - 168 * HOUR_MS, toMs: NOW_MS - 24 * HOUR_MS, events: [] }),
    notices: null,
    ...change,
  };
}
