import type { CapabilityEvent } from "@/lib/evaluation/event";
import type { EventKind } from "@/lib/evaluation/event-kinds";
import type { NoticeView } from "@/lib/notices/view";

/** The events of a stretch of time, newest first: after `fromMs`, up to and including `toMs`. */
export type TimelineSection = {
  fromMs: number;
  toMs: number;
  events: CapabilityEvent[];
  /** Why the deployments and restarts among them are old ones, or none; null where they are as of now. */
  failed: string | null;
};

/** What lasts, as of now. */
export type Lasting =
  | { kind: "alert"; id: string; name: string; sinceMs: number }
  | {
      kind: "notice";
      number: number;
      about: NoticeView["kind"];
      title: string;
      url: string;
      sinceMs: number;
      overdue: boolean;
    };

/** The answer of GET /api/timeline, and the props of the timeline page. */
export type TimelineView = {
  tenant: { id: string };
  asOfMs: number;
  now: Lasting[];
  /** The last 24 hours. */
  day: TimelineSection;
  /** The six days before them. */
  week: TimelineSection;
  /** Why the notices may be old ones, or why none are known; null where they are as of now, or there is nowhere to read them from. */
  notices: string | null;
};

const MOST = 200;
const TIE_ORDER: Record<EventKind, number> = {
  deployment: 0,
  restart: 1,
  alert: 2,
  "threshold-edit": 3,
  notice: 4,
};

/**
 * Merges what was measured with what was recorded: newest first, the newest `MOST` of a section, each once. What lies outside of
 * the section is left out. At one instant a cause stands below its effect: a deployment before the alert.
 */
export function sectionOf(
  { fromMs, toMs }: { fromMs: number; toMs: number },
  sources: readonly (readonly CapabilityEvent[])[],
  failed: string | null,
): TimelineSection {
  const seen = new Set<string>();
  const events = sources
    .flat()
    .filter((event) => {
      const key = JSON.stringify(event);
      if (event.atMs <= fromMs || event.atMs > toMs || seen.has(key)) return false;
      seen.add(key);
      return true;
    })
    .sort((a, b) => b.atMs - a.atMs || TIE_ORDER[b.kind] - TIE_ORDER[a.kind])
    .slice(0, MOST);
  return { fromMs, toMs, events, failed };
}

/** What lasts now, alerts first, each kind with the newest first. What the owner has done their part of lasts no more for them. */
export function lastingNow(
  alerts: readonly { id: string; name: string; sinceMs: number }[],
  notices: readonly NoticeView[],
): Lasting[] {
  return [
    ...alerts
      .toSorted((a, b) => b.sinceMs - a.sinceMs)
      .map((alert) => ({ kind: "alert" as const, ...alert })),
    ...notices
      .filter(({ closedAtMs, moved }) => closedAtMs === null && moved !== true)
      .map(({ number, kind, title, url, openedAtMs, overdue }) => ({
        kind: "notice" as const,
        number,
        about: kind,
        title,
        url,
        sinceMs: openedAtMs,
        overdue,
      })),
  ];
}

/** How many events there are of each kind, for the filter. */
export function countsByKind(events: readonly CapabilityEvent[]): Record<EventKind, number> {
  const counts = { deployment: 0, restart: 0, alert: 0, "threshold-edit": 0, notice: 0 };
  for (const { kind } of events) counts[kind] += 1;
  return counts;
}
