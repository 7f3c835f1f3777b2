import type { PlatformIncident } from "./incident";

/** Why mails are no longer held back. alert-over: the alert ended first. together: something is mailed that can't wait. */
export type HoldEnd = "outlasted" | "limit" | "own" | "together" | "data-missing" | "alert-over";

/** A platform incident keeps the mails about an alert from being written. Plain JSON, in the alert's row; times are slots in ms. */
export type Hold = {
  sinceMs: number;
  /** The slot in which it ends, whatever goes on. It never moves. */
  untilMs: number;
  /** What fails of the platform, as owners call it: "Ingress". */
  components: string[];
  /** The number of the operator's open issue. */
  issue: number;
  /** Since when the incident is over; null: it runs. */
  overSinceMs: number | null;
  ended: { atMs: number; why: HoldEnd } | null;
};

/**
 * Nothing is held for longer. Most incidents of a platform are over within the hour; owners have to know of the others
 * while they can still inform their own users.
 */
export const HELD_AT_MOST_MS = 60 * 60_000;

/**
 * A breach that stands this long after the incident has outlasted it. Windows of five minutes still hold the incident for as long
 * as they are, and a recovery takes five minutes more: mailed at once, everybody would get an alert and its recovery.
 */
export const OUTLASTS_AFTER_MS = 10 * 60_000;

export type HoldDecision = { kind: "hold"; hold: Hold } | { kind: "send"; why: HoldEnd | null };

/** Whether the mail about an alert that fires now is held back, for at most an hour. */
export function beginHold(
  { atMs, noLaterThanMs }: { atMs: number; noLaterThanMs: number | null },
  incident: PlatformIncident,
): HoldDecision {
  // Only what is known to be the platform's is held: what isn't known is mailed.
  if (incident.kind !== "running") return { kind: "send", why: null };
  const untilMs = Math.min(atMs + HELD_AT_MOST_MS, noLaterThanMs ?? Number.POSITIVE_INFINITY);
  const { components, issue } = incident;
  return {
    kind: "hold",
    hold: { sinceMs: atMs, untilMs, components, issue, overSinceMs: null, ended: null },
  };
}

/**
 * Whether the mail about an alert stays held back. The same hold object where nothing changed.
 *
 * What isn't known ends nothing, and neither does a cycle that could not judge the line; the limit ends it whatever is known.
 * @param fires the line was judged in this slot, and is outside its threshold
 */
export function continueHold(
  { atMs, fires }: { atMs: number; fires: boolean },
  hold: Hold,
  incident: PlatformIncident,
): HoldDecision {
  // Before its own beginning: the clock was put back, and its limit would never come.
  if (atMs >= hold.untilMs || atMs < hold.sinceMs) return { kind: "send", why: "limit" };
  switch (incident.kind) {
    case "not-platform":
      return { kind: "send", why: "own" };
    case "unknown":
      return { kind: "hold", hold };
    case "running": {
      const { components, issue } = incident;
      const same = hold.issue === issue && hold.components.join() === components.join();
      if (same && hold.overSinceMs === null) return { kind: "hold", hold };
      return { kind: "hold", hold: { ...hold, components, issue, overSinceMs: null } };
    }
    case "over": {
      if (hold.overSinceMs === null) return { kind: "hold", hold: { ...hold, overSinceMs: atMs } };
      const outlasts = fires && atMs - hold.overSinceMs >= OUTLASTS_AFTER_MS;
      return outlasts ? { kind: "send", why: "outlasted" } : { kind: "hold", hold };
    }
  }
}

/** The hold as it is once mails about its alert may be written. null stays null, and one that has ended stays as it ended. */
export function endHold(hold: Hold | null, atMs: number, why: HoldEnd): Hold | null {
  return hold === null || hold.ended ? hold : { ...hold, ended: { atMs, why } };
}

/** Whether the mails about an alert are held back now. */
export const isHeld = ({ hold }: { hold: Hold | null }): boolean => hold !== null && hold.ended === null;
