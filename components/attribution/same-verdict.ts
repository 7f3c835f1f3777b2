import type { AttributedAlert } from "@/lib/attribution/view";

/** Alerts with the same verdict, in the order in which they came, and the hold among them that began first. */
export type SameVerdict = { alerts: AttributedAlert[]; hold: AttributedAlert["hold"] };

/** Alerts of one cause tend to have the same verdict: it is shown once, with all that it is about. When it was given plays no part. */
export function bySameVerdict(alerts: readonly AttributedAlert[]): SameVerdict[] {
  const groups = new Map<string, AttributedAlert[]>();
  for (const alert of alerts) {
    const { atMs: _, ...verdict } = alert.verdict ?? { atMs: null };
    const key = JSON.stringify([verdict, alert.keptSide]);
    groups.set(key, [...(groups.get(key) ?? []), alert]);
  }
  return [...groups.values()].map((same) => {
    const [hold = null] = same.flatMap((alert) => alert.hold ?? []).sort((a, b) => a.sinceMs - b.sinceMs);
    return { alerts: same, hold };
  });
}
