import type { CapabilityEvent } from "@/lib/evaluation/event";
import type { EventKind } from "@/lib/evaluation/event-kinds";
import type { TimelineSection } from "@/lib/timeline/timeline";

/** The kinds that are asked of Prometheus. What the portal itself recorded is known, whatever Prometheus does. */
const ASKED: readonly EventKind[] = ["deployment", "restart"];

/**
 * A stretch of time as it is shown.
 * @param kind the only kind that is shown; null: all
 * @returns the events, and why some of them may be missing; null where none can be
 */
export function shownOf(
  section: TimelineSection,
  kind: EventKind | null,
): { events: CapabilityEvent[]; failed: string | null } {
  if (kind === null) return { events: section.events, failed: section.failed };
  const events = section.events.filter((event) => event.kind === kind);
  return { events, failed: ASKED.includes(kind) ? section.failed : null };
}
