import type { CapabilityEvent } from "@/lib/evaluation/event";
import type { TimelineSection } from "@/lib/timeline/timeline";
import type { SeriesView } from "@/lib/views/series/view";

/** The last day's events as far as they are known: their time, and why they are no newer; null: they are current. */
export type Recent = { events: CapabilityEvent[]; atMs: number; reason: string | null };

/**
 * The newest known list of the last day.
 * @param initial what the server rendered with the page
 * @param view the day's series, which is asked for again and again; null before its first answer
 * @param failure why the last question was not answered
 */
export function recentEvents(
  initial: TimelineSection,
  view: Pick<SeriesView, "events" | "toMs" | "failed"> | null,
  failure: { message: string } | null,
): Recent {
  const part = view?.failed.find((failed) => failed.part === "events");
  const rendered = { events: initial.events, atMs: initial.toMs };
  const asked = view && (!part || view.events.length > 0) ? { events: view.events, atMs: view.toMs } : null;
  // The day's series ends at a coarser slot than the server's list: a restart just shown must not vanish again.
  const known = asked && (initial.failed !== null || asked.atMs >= rendered.atMs) ? asked : rendered;
  return { ...known, reason: failure?.message ?? part?.message ?? (view ? null : initial.failed) };
}
