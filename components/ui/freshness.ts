import type { HealthView } from "@/lib/views/health/view";
import { inSentence } from "@/lib/wording/sentence";
import { type ClockReading, elapsedMs } from "./now";

/** How often a visible page asks. */
export const POLL_INTERVAL_MS = 15_000;
/** How often a hidden tab asks whose title says the state. Browsers let its timers run once a minute. */
export const HIDDEN_POLL_INTERVAL_MS = 60_000;
/** So many polls without an answer: what is on the page is no longer the present. */
const SILENT_AFTER_POLLS = 3;
/** An answer that is itself this old on arrival comes from a portal or proxy that serves the past. */
const OLD_AFTER_MS = 90_000;

/** A view with what is needed to know its age without trusting that the reader's clock is right. */
export type Received = {
  view: HealthView;
  /** How old the view's instant was when the server sent it, by the server's clock. */
  ageAtReceiptMs: number;
  receivedAt: ClockReading;
};

/** The age of the values shown. `now` is null on the server and during hydration. */
export function dataAgeMs(received: Received, now: ClockReading | null): number {
  const gone = now ? elapsedMs(received.receivedAt, now) : 0;
  return Math.max(0, received.ageAtReceiptMs) + gone;
}

/** Values that are this much older than their view are no longer "just now": the page says how old they are. */
const LATE_AFTER_MS = 60_000;

/**
 * When the oldest value that the view rests on was sampled; null where all are of about the view's own instant. Some data comes
 * late and is fresh all the same: the judgement of it is no younger than it.
 */
export function lateSampleMs({ signals, asOfMs }: Pick<HealthView, "signals" | "asOfMs">): number | null {
  const sampled = signals.flatMap(({ lines }) =>
    lines.flatMap(({ reading }) =>
      reading.kind === "value" || reading.kind === "no-traffic" ? [reading.sampledAtMs] : [],
    ),
  );
  const oldestMs = Math.min(asOfMs, ...sampled);
  return asOfMs - oldestMs > LATE_AFTER_MS ? oldestMs : null;
}

/**
 * Why the values can't be taken for the present, in words; null while they can.
 * @param failure what the last poll failed with
 * @param pollMs how often is asked
 */
export function staleReason(
  received: Received,
  now: ClockReading | null,
  failure: string | null,
  pollMs = POLL_INTERVAL_MS,
): string | null {
  if (failure) return failure;
  const goneMs = now ? elapsedMs(received.receivedAt, now) : 0;
  if (goneMs > SILENT_AFTER_POLLS * pollMs) return "No answer from Watchpost since then.";
  // Between two polls of a slow asker an answer may grow as old as that, which says nothing of the portal.
  const agedMs = Math.min(goneMs, SILENT_AFTER_POLLS * POLL_INTERVAL_MS);
  if (Math.max(0, received.ageAtReceiptMs) + agedMs > OLD_AFTER_MS)
    return "The answer that arrived is an old one.";
  return null;
}

/**
 * The same view as the last that is known: every state is unknown, so that nothing is green; values stay, to be shown faded.
 */
export function asLastKnown(view: HealthView, reason: string): HealthView {
  return {
    ...view,
    overall: {
      state: "unknown",
      headline: "Unknown",
      sentence: `${reason} Last known: ${inSentence(view.overall.headline)}.`,
    },
    signals: view.signals.map((signal) => ({
      ...signal,
      status: "unknown",
      lines: signal.lines.map((line) => ({ ...line, status: "unknown" })),
    })),
    alerting: { ...view.alerting, trustworthy: false },
    forecasts: undefined,
  };
}
