import type { CapabilityEvent } from "@/lib/evaluation/event";
import { eventsIn } from "@/lib/evaluation/events";
import type { SeriesView } from "./view";

/**
 * A series with what the portal itself has recorded of its time. What is later than the newest point is shown with that
 * point, so that it isn't missing until the next step.
 */
export function withRecorded(view: SeriesView, recorded: readonly CapabilityEvent[]): SeriesView {
  const { fromMs, toMs, stepSeconds, events } = view;
  const justNowMs = toMs + 2 * stepSeconds * 1000;
  const shown = recorded.map((event) =>
    event.atMs > toMs && event.atMs <= justNowMs ? { ...event, atMs: toMs } : event,
  );
  return { ...view, events: eventsIn({ fromMs, toMs }, [...events, ...shown]) };
}
