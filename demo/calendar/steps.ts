import { z } from "zod";
import type { Eviction } from "@/lib/catalogue/eviction";
import { evictionPhase, READ_ONLY_DAYS } from "@/lib/eviction/phase";
import { countdownWords, exactTime } from "@/lib/eviction/words";

/** The tenant of the demo that is to leave. */
export const LEAVING_TENANT = "pottery";
/** When the demo starts its eviction is announced, and so many days are left. */
export const ANNOUNCED_DAYS = 12;
const MOST_DAYS = 999;

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const PAUSE_REASON = "The export tool is down.";

/** The steps of the way out, in their order. */
export const CALENDAR_STEPS = [
  "announced",
  "last-minute",
  "read-only",
  "paused",
  "last-export-minute",
  "deleted",
] as const;
export type CalendarStep = (typeof CALENDAR_STEPS)[number];
/** A step, or how many days the tenant's clock is to be ahead. */
export type CalendarChange = CalendarStep | number;

export const STEP_TEXTS: Record<CalendarStep, { label: string; effect: string }> = {
  announced: {
    label: "Announced",
    effect: `${ANNOUNCED_DAYS} days are left, as when the demo starts. The capability is live, and every page shows the date.`,
  },
  "last-minute": {
    label: "Last minute before",
    effect:
      "The date is a minute away. On an open page the countdown runs out, and the capability stops serving.",
  },
  "read-only": {
    label: "Read-only",
    effect:
      "Ten of the 30 days are over. Health says since when it doesn't serve, nothing alerts, and the export goes on.",
  },
  paused: {
    label: "Paused",
    effect: "The platform has had a fault for a day. The countdown stands still, and says why.",
  },
  "last-export-minute": {
    label: "Last minute to export",
    effect:
      "The 30 days are over in a minute. On an open page the countdown runs out, and the worker deletes.",
  },
  deleted: {
    label: "Deleted",
    effect:
      "The 30 days have been over for a day. Nothing is left of the tenant, and sign-in shows the deletion notice.",
  },
};

/** A change that can't be made, with a sentence for the person who asked for it. */
export class CalendarRefused extends Error {
  override name = "CalendarRefused";
}

const changeSchema = z.strictObject({ to: z.string().trim() });

/**
 * Reads a change from a command line, a form or a JSON body: `to` is a step, "reset", or a number of days.
 * @throws CalendarRefused with a sentence that lists what there is
 */
export function parseCalendarChange(input: unknown): CalendarChange {
  const to = changeSchema.safeParse(input).data?.to;
  if (to === "reset") return "announced";
  const step = CALENDAR_STEPS.find((each) => each === to);
  if (step) return step;
  if (to !== undefined && /^\d{1,3}$/.test(to)) return Number(to);
  throw new CalendarRefused(
    `The calendar goes to one of ${CALENDAR_STEPS.join(", ")}, to reset, or so many days ahead, from 0 to ${MOST_DAYS}.`,
  );
}

/**
 * The eviction as it must stand in the definition for the tenant's clock to be where the change wants it: the dates move the other
 * way. Whole days move a day, so that it still begins with the tenant's own.
 */
export function evictionAt(change: CalendarChange, nowMs: number): Pick<Eviction, "from" | "pauses"> {
  const ahead = (days: number) => dayOf(nowMs + (ANNOUNCED_DAYS - days) * DAY_MS);
  const tenDaysIn = ahead(ANNOUNCED_DAYS + 10);
  switch (change) {
    case "announced":
      return { from: ahead(0), pauses: [] };
    case "last-minute":
      return { from: instant(nowMs + MINUTE_MS), pauses: [] };
    case "read-only":
      return { from: tenDaysIn, pauses: [] };
    case "paused":
      return { from: tenDaysIn, pauses: [{ from: instant(nowMs - DAY_MS), reason: PAUSE_REASON }] };
    case "last-export-minute":
      return { from: instant(nowMs + MINUTE_MS - READ_ONLY_DAYS * DAY_MS), pauses: [] };
    case "deleted":
      return { from: ahead(ANNOUNCED_DAYS + READ_ONLY_DAYS + 1), pauses: [] };
    default:
      return { from: ahead(change), pauses: [] };
  }
}

/** Where the tenant stands, in one or two sentences. @param zone the tenant's */
export function standingWords(eviction: Eviction, zone: string, nowMs: number): string {
  const phase = evictionPhase(eviction, zone, nowMs);
  switch (phase.kind) {
    case "live":
      return "No eviction is announced.";
    case "announced":
      return `Announced: it doesn't serve from ${exactTime(phase.notServingFromMs, zone)}. ${countdownWords(phase.notServingFromMs - nowMs)} left.`;
    case "read-only":
      return `Read-only since ${exactTime(phase.notServingFromMs, zone)}. ${countdownWords(phase.deletesAtMs - nowMs)} left to export.`;
    case "paused":
      return `Paused since ${exactTime(phase.sinceMs, zone)}, with ${countdownWords(phase.leftMs)} left to export. ${phase.reason}`;
    case "deleted":
      return `Deleted: the 30 days were over on ${exactTime(phase.deletedAtMs, zone)}.`;
  }
}

/** A day in UTC, as the definitions write it. */
const dayOf = (atMs: number) => new Date(atMs).toISOString().slice(0, 10);
const instant = (atMs: number) => `${new Date(atMs).toISOString().slice(0, 19)}Z`;
