import type { HealthView } from "@/lib/views/health/view";
import { type ClockReading, elapsedMs } from "./now";

/** How often a visible page asks. */
export const POLL_INTERVAL_MS = 15_000;
/** Three polls without an answer: what is on the page is no longer the present. */
const SILENT_AFTER_MS = 3 * POLL_INTERVAL_MS;
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

/**
 * Why the values can't be taken for the present, in words; null while they can.
 * @param failure what the last poll failed with
 */
export function staleReason(
  received: Received,
  now: ClockReading | null,
  failure: string | null,
): string | null {
  if (failure) return failure;
  const gone = now ? elapsedMs(received.receivedAt, now) : 0;
  if (gone > SILENT_AFTER_MS) return "No answer from Watchpost since then.";
  if (dataAgeMs(received, now) > OLD_AFTER_MS) return "The answer that arrived is an old one.";
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
      sentence: `${reason} Last known: ${view.overall.headline.toLowerCase()}.`,
    },
    signals: view.signals.map((signal) => ({
      ...signal,
      status: "unknown",
      lines: signal.lines.map((line) => ({ ...line, status: "unknown" })),
    })),
    alerting: { ...view.alerting, trustworthy: false },
  };
}
