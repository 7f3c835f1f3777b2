import { askSome } from "@/alerting/fleet/some-tenants";
import type { CyclePlan } from "@/lib/alerts/plan";
import { isLineOfPods } from "@/lib/catalogue/bundle";
import { type ListedWaiting, waitingOf } from "@/lib/evaluation/waiting";
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
    askSome(fleet, { template, windowSeconds, tenantIds }, { label, atMs, limit }),
  );
  const asked = new Set(tenantIds);
  return (tenantId) => {
    if (!asked.has(tenantId)) return undefined;
    const samples = answers.get(tenantId);
    return samples ? waitingOf(samples) : null;
  };
}
