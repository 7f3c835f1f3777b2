import type { JudgedLine } from "@/alerting/fleet/questions";
import { type Asking, askSome } from "@/alerting/fleet/some-tenants";
import type { CyclePlan } from "@/lib/alerts/plan";
import {
  type Breakdown,
  breakdownRules,
  hasNames,
  topPartsOf,
  topTemplate,
} from "@/lib/evaluation/breakdown";
import type { LineKey } from "@/lib/evaluation/effective";
import type { Fleet } from "@/lib/prometheus/fleet";
import { breakdownOf } from "@/lib/wording/breakdown";
import type { CycleOptions, Slot } from "./slot";
import type { ThresholdsOf } from "./thresholds-by";

/** The worst parts of a tenant's line; undefined where nobody asked, or nobody answered in time. */
export type FiringPartsOf = (tenantId: string, lineKey: LineKey) => Breakdown | undefined;

/**
 * Asks for the worst parts of what fires in a slot: for each line in a few questions for all tenants whose mail begins an alert, and in
 * none where there is no such mail. A tenant's answer has five series at most. What isn't answered in time keeps no mail from being
 * written.
 */
export async function askFiringParts(
  { fleet, label, evidenceWithinMs }: Pick<CycleOptions, "fleet" | "label" | "evidenceWithinMs">,
  { lines, askedAtMs: atMs, budget }: Pick<Slot, "lines" | "askedAtMs" | "budget">,
  mails: CyclePlan["mails"],
  thresholdsOf: ThresholdsOf,
): Promise<FiringPartsOf> {
  const firing = tenantsByLine(mails);
  if (firing.size === 0) return () => undefined;
  const byLine = await budget("worst-parts", evidenceWithinMs, (limit) =>
    Promise.all(
      lines.map(async (line) => {
        const tenantIds = [...(firing.get(line.lineKey) ?? [])];
        const parts = await askLine(fleet, line, tenantIds, thresholdsOf, { label, atMs, limit });
        return [line.lineKey, parts] as const;
      }),
    ),
  );
  const parts = new Map(byLine);
  return (tenantId, lineKey) => parts.get(lineKey)?.get(tenantId);
}

async function askLine(
  fleet: Fleet,
  { line, lineKey, signal: { worse, windowSeconds } }: JudgedLine,
  tenantIds: readonly string[],
  thresholdsOf: ThresholdsOf,
  asking: Asking,
): Promise<Map<string, Breakdown>> {
  const found = new Map<string, Breakdown>();
  const rules = breakdownRules(line);
  if (!rules || tenantIds.length === 0) return found;
  const template = topTemplate(rules.query, worse);
  const answers = await askSome(fleet, { template, windowSeconds, tenantIds }, asking);
  for (const [tenantId, samples] of answers) {
    const threshold = thresholdsOf(tenantId).get(lineKey);
    const top = threshold && topPartsOf(samples, rules, threshold, worse);
    if (top && hasNames(top.parts)) found.set(tenantId, breakdownOf(rules, top));
  }
  return found;
}

/** The tenants whose mail says of a line that it has begun to alert, and is not over. */
function tenantsByLine(mails: CyclePlan["mails"]): Map<LineKey, Set<string>> {
  const byLine = new Map<LineKey, Set<string>>();
  for (const { tenantId, mail } of mails) {
    if (mail.kind !== "firing" && mail.kind !== "joined") continue;
    for (const { alert, lineKey } of mail.about) {
      if (alert?.ended !== null) continue;
      const tenants = byLine.get(lineKey) ?? new Set();
      byLine.set(lineKey, tenants.add(tenantId));
    }
  }
  return byLine;
}
