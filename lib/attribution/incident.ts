import { CANARY } from "@/lib/catalogue/components";
import { incidentsFor } from "@/lib/notices/incidents";
import type { OpenIncident } from "@/lib/notices/open-incidents";
import type { Evidence } from "./evidence";
import { isBlamed } from "./platform-reasons";
import type { Verdict } from "./verdict";

/**
 * What is known of a platform incident behind an alert.
 *
 * - running: what failed of the platform fails now, and an incident that the operator has declared may be behind it.
 * - over: all of it works again, or no open incident may be behind it.
 * - unknown: whether it still fails, or what the operator has open, isn't known.
 * - not-platform: the verdict isn't, or is no longer, the platform's alone.
 */
export type PlatformIncident =
  | { kind: "running"; components: string[]; issue: number }
  | { kind: "over" }
  | { kind: "unknown" }
  | { kind: "not-platform" };

/**
 * Whether a platform incident runs behind an alert: it takes the measurements and the operator's word. Only components count of
 * which it is certain that the capability depends on them.
 * @param given null: nothing was said of the alert
 * @param incidents those that may concern the tenant; null: what the operator has open isn't known
 */
export function incidentBehind(
  given: { evidence: Evidence; verdict: Pick<Verdict, "side"> } | null,
  incidents: readonly OpenIncident[] | null,
): PlatformIncident {
  if (given === null) return { kind: "unknown" };
  if (given.verdict.side !== "platform") return { kind: "not-platform" };
  const blamed = blamedIn(given.evidence);
  const failing = blamed.filter(({ now }) => now === "failing");
  if (failing.length > 0) {
    if (incidents === null) return { kind: "unknown" };
    const ids = failing.map(({ id }) => id);
    const [newest] = incidentsFor(incidents, ids).toSorted((a, b) => b.number - a.number);
    if (!newest) return { kind: "over" };
    return { kind: "running", components: failing.map(({ name }) => name), issue: newest.number };
  }
  return { kind: blamed.some(({ now }) => now === "unknown") ? "unknown" : "over" };
}

/** What failed at onset, and decides by itself. The canary only shows that something does, so it is named if nothing else is. */
function blamedIn({ components, canary }: Evidence) {
  const blamed = (components ?? []).filter((each) => each.dependence !== "unknown" && isBlamed(each));
  if (blamed.length > 0 || !canary || !isBlamed(canary)) return blamed;
  return [{ id: CANARY, name: "Canary", now: canary.now }];
}
