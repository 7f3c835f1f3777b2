import { evictionPhase, READ_ONLY_DAYS } from "@/lib/eviction/phase";
import type { EvictionView } from "@/lib/eviction/view";
import type { CalendarEntry } from "@/lib/infra/ics";
import { hasDeadlineAhead, type NoticesView } from "@/lib/notices/view";

const DAY_MS = 86_400_000;

/** Whose dates these are, and where the portal is, for links and for ids that no other portal has. */
export type DatesOf = { tenant: { id: string; name: string }; portalUrl: string };

/** The dates of an eviction that lie ahead: when it serves no longer, and when its data is deleted, as far as that is known. */
export function evictionDates(
  { eviction, zone }: EvictionView,
  nowMs: number,
  { tenant, portalUrl }: DatesOf,
): CalendarEntry[] {
  const phase = evictionPhase(eviction, zone, nowMs);
  if (!eviction || phase.kind === "live" || phase.kind === "deleted") return [];
  const deletesAtMs =
    phase.kind === "announced" ? phase.notServingFromMs + READ_ONLY_DAYS * DAY_MS : phase.deletesAtMs;
  const url = new URL("/leaving", portalUrl).href;
  const entry = (id: string, at: number, summary: string, description: string): CalendarEntry => ({
    uid: `${id}-${tenant.id}@${new URL(portalUrl).hostname}`,
    at,
    summary: `${tenant.name}: ${summary}`,
    description,
    url,
  });
  const begins = entry(
    "eviction",
    phase.notServingFromMs,
    "stops serving",
    `From then on the data is read-only, and there are ${READ_ONLY_DAYS} days of 24 hours to export it.`,
  );
  const ends = (atMs: number) =>
    entry(
      "deletion",
      atMs,
      "is deleted with all of its data",
      "If the platform has a fault, this date moves. The page has the current one.",
    );
  return [
    ...(phase.notServingFromMs > nowMs ? [begins] : []),
    ...(deletesAtMs === null ? [] : [ends(deletesAtMs)]),
  ];
}

/**
 * The deadlines of open notices that lie ahead.
 * @param hasEviction an eviction is announced: its definition has its dates, and its notice the same once more
 */
export function deadlineDates(
  view: NoticesView,
  hasEviction: boolean,
  { tenant, portalUrl }: DatesOf,
): CalendarEntry[] {
  if (view.source !== "known") return [];
  return view.open.flatMap((notice) => {
    const { number, kind, title, url, deadlineMs } = notice;
    if (deadlineMs === null || !hasDeadlineAhead(notice) || (hasEviction && kind === "eviction")) return [];
    return {
      uid: `notice-${number}-${tenant.id}@${new URL(portalUrl).hostname}`,
      at: deadlineDay(deadlineMs),
      summary: `${tenant.name}: deadline of “${title}”`,
      description: "A notice of the platform's operator. Its issue has what is asked of you.",
      url,
    };
  });
}

/** A deadline at midnight UTC is the end of the day before, which is the last one. */
const deadlineDay = (deadlineMs: number): number | string =>
  deadlineMs % DAY_MS === 0 ? new Date(deadlineMs - 1).toISOString().slice(0, 10) : deadlineMs;
