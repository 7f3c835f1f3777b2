import { boundedByTenant, SERIES_OF_TENANT } from "@/alerting/fleet/bounded";
import { type Asking, askSome, type Question } from "@/alerting/fleet/some-tenants";
import { withinShare } from "@/alerting/runtime/budget";
import type { CyclePlan } from "@/lib/alerts/plan";
import { isLineOfPods } from "@/lib/catalogue/bundle";
import { type ListedWaiting, waitingOf } from "@/lib/evaluation/waiting";
import { parenthesised } from "@/lib/promql/plain-text";
import type { CycleOptions, Slot } from "./slot";

/** What keeps a tenant's pods from running. null: it could not be read; undefined: nobody asked. */
export type WaitingOf = (tenantId: string) => ListedWaiting | null | undefined;

/**
 * Asks what waits, for the tenants whose mails are about open alerts on their pods: in a few questions for all of them, and in none
 * where there is no such mail. What isn't answered in time keeps no mail from being written.
 */
export async function askWaiting(
  { fleet, label, evidenceWithinMs }: Pick<CycleOptions, "fleet" | "label" | "evidenceWithinMs">,
  { bundle, lines, askedAtMs: atMs, budget }: Pick<Slot, "bundle" | "lines" | "askedAtMs" | "budget">,
  mails: CyclePlan["mails"],
): Promise<WaitingOf> {
  const template = bundle.runtime.waiting;
  const ofPods = new Set(
    lines.flatMap(({ lineKey, signalId, signal, line }) =>
      isLineOfPods(signalId, signal.lines, line) ? [lineKey] : [],
    ),
  );
  const concerned = mails.filter(({ mail }) =>
    mail.about.some(({ alert, lineKey }) => alert?.ended === null && ofPods.has(lineKey)),
  );
  const tenantIds = [...new Set(concerned.map(({ tenantId }) => tenantId))];
  if (template === undefined || tenantIds.length === 0) return () => undefined;
  const { windowSeconds } = bundle.signals.availability;
  const answers = await budget("waiting", evidenceWithinMs, (limit) =>
    askListed(fleet, { template, windowSeconds, tenantIds }, { label, atMs, limit }),
  );
  const asked = new Set(tenantIds);
  return (tenantId) => (asked.has(tenantId) ? (answers.get(tenantId) ?? null) : undefined);
}

/** What may take half of the time; the rest is for how much waits, where that is more than was asked for. */
const LISTED_SHARE = 0.5;

/** @returns what waits of each tenant that could be asked */
async function askListed(
  fleet: CycleOptions["fleet"],
  { template, ...question }: Question,
  asking: Asking,
): Promise<Map<string, ListedWaiting>> {
  const bounded = { ...question, template: boundedByTenant(template) };
  const answers = await withinShare(asking.limit, LISTED_SHARE, (limit) =>
    askSome(fleet, bounded, { ...asking, limit }),
  );
  const cut = [...answers].flatMap(([id, samples]) => (samples.length < SERIES_OF_TENANT ? [] : [id]));
  const counted = { ...question, template: countedWaiting(template), tenantIds: cut };
  const totals = cut.length === 0 ? new Map() : await askSome(fleet, counted, asking);
  const listed = new Map<string, ListedWaiting>();
  for (const [id, samples] of answers) {
    const total = cut.includes(id) ? totals.get(id)?.[0]?.value : undefined;
    // A number that is too low would be false.
    if (total !== undefined) listed.set(id, { ...waitingOf(samples), total });
    else if (!cut.includes(id)) listed.set(id, waitingOf(samples));
  }
  return listed;
}

/** How many containers wait, each once, whatever its reasons. */
const countedWaiting = (template: string) =>
  `count by ($tenant) (count by ($tenant, namespace, pod, container) (${parenthesised(template)}))`;
