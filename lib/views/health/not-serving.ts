import { exactTime } from "@/lib/eviction/words";
import type { HealthView } from "./view";

/**
 * A view of a capability that doesn't serve, by agreement: what is still measured is shown, none of it is judged, and nothing that is
 * missing counts as failing.
 * @param zone the tenant's, in which its date is shown, with UTC beside it
 */
export function notServing(view: HealthView, sinceMs: number, zone: string): HealthView {
  const unjudged = { status: "off", condition: null, conditionSinceMs: null } as const;
  const local = exactTime(sinceMs, zone);
  const utc = exactTime(sinceMs, "UTC");
  return {
    ...view,
    overall: {
      state: "not-serving",
      headline: "Not serving",
      sentence: `Not serving since ${local}${local === utc ? "" : ` (${utc})`}, by agreement. Nothing is judged, and no alert is sent.`,
    },
    signals: view.signals.map((signal) => ({
      ...signal,
      ...unjudged,
      lines: signal.lines.map((line) => ({ ...line, ...unjudged })),
    })),
  };
}
