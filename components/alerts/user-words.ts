import type { AlertView } from "@/lib/alerts/view";
import { formatTime, zoneName } from "@/lib/wording/time";

type Tense = { now: string; past: string };

/** What users may have noticed, of each signal. It says no more than what was measured. */
const NOTICED: Record<AlertView["signal"], Tense> = {
  availability: { now: "can't always be reached", past: "couldn't always be reached" },
  latency: { now: "answers slowly", past: "answered slowly" },
  "error-rate": {
    now: "doesn't answer some requests as it should",
    past: "didn't answer some requests as it should",
  },
  saturation: {
    now: "is near a limit and may answer slowly",
    past: "was near a limit and may have answered slowly",
  },
  restarts: {
    now: "has been restarted several times, and requests may fail meanwhile",
    past: "was restarted several times, and requests may have failed meanwhile",
  },
};
/** A line of availability that doesn't show whether it can be reached, such as replicas. */
const NOT_ALL_RUN: Tense = {
  now: "doesn't run with all of its parts, and may answer slowly",
  past: "didn't run with all of its parts, and may have answered slowly",
};

/**
 * Two neutral sentences for the owner's own users: what they may notice and since when, and what is known of its end. They name no
 * cause and promise nothing.
 */
export function wordsForUsers(
  alert: Pick<AlertView, "signal" | "line" | "breachedAtMs" | "ended">,
  name: string,
  zone: string,
): string {
  const { signal, line, breachedAtMs, ended } = alert;
  const tense = signal === "availability" && line !== signal ? NOT_ALL_RUN : NOTICED[signal];
  const since = momentWords(breachedAtMs, zone);
  if (!ended) return `Since ${since}, ${name} ${tense.now}. It is not known yet when this will be over.`;
  if (ended.reason !== "recovered")
    return `From ${since} on, ${name} ${tense.past}. It is not known whether this is over.`;
  return `From ${since} to ${momentWords(ended.atMs, zone)}, ${name} ${tense.past}. It has recovered.`;
}

const momentWords = (atMs: number, zone: string): string =>
  `${formatTime(atMs, zone, "day-clock")} ${zoneName(atMs, zone)}`;
