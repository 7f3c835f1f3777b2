import { type AtZero, askValues, readingsOf } from "@/alerting/fleet/questions";
import { type Asking, askSome, mayBeByOneTenant, type Question } from "@/alerting/fleet/some-tenants";
import { withinShare } from "@/alerting/runtime/budget";
import { isReachabilityLine } from "@/lib/catalogue/bundle";
import {
  isReachUnknown,
  leastWantedQuery,
  lostWorkloadsQuery,
  mayBeAtZero,
  type Reachability,
} from "@/lib/evaluation/scaled-to-zero";
import { type CycleOptions, FOLLOW_UP_SHARE, type Slot } from "./slot";
import type { ThresholdsOf } from "./thresholds-by";

/** Who is scaled to zero in a slot. unanswered: why that isn't known of all, for the operator; null: they could be asked. */
export type SlotAtZero = AtZero & { unanswered: string | null };

const NOBODY: SlotAtZero = { tenantIds: new Set(), unproven: new Set(), unanswered: null };

/** The questions name so few capabilities. The names of more would make them as expensive as one for everybody. */
const NAMED_AT_MOST = 50;

/** What each question but the last may take of the time that is left, and what a question for everybody may take of its own. */
const LEAST_SHARE = 0.4;
const ZERO_SHARE = 0.6;
const NOW_SHARE = 0.5;
const EVERYBODY_SHARE = 0.5;

/**
 * Asks which capabilities are scaled to zero, so that nothing of them is judged, and none counts as one that vanished.
 *
 * Asked only where somebody can't be reached: a healthy fleet costs nothing. The bundle's question reads a day of every workload, so
 * it is asked only for those who wanted no replica at a time in the window. It goes unproven where it can't be asked, where wanted
 * replicas aren't reported, or where it can't be asked who is reached: kube-state-metrics, and not the capability, may be gone.
 * @param live by id, the lines that each tenant doesn't have
 */
export async function askAtZero(
  { fleet, label, askWithinMs }: Pick<CycleOptions, "fleet" | "label" | "askWithinMs">,
  slot: Pick<Slot, "lines" | "answers" | "bundle" | "askedAtMs" | "budget">,
  live: ReadonlyMap<string, readonly string[]>,
  thresholdsOf: ThresholdsOf,
): Promise<SlotAtZero> {
  const { bundle, askedAtMs: atMs } = slot;
  const { scaledToZero, replicasWanted } = bundle.runtime;
  if (!scaledToZero) return NOBODY;
  const lostQuery = lostWorkloadsQuery(bundle);
  const { unreached, unknown } = unreachedOf(slot, live, thresholdsOf);
  const { windowSeconds } = bundle.signals.availability;
  return slot.budget("scaled-to-zero", askWithinMs * FOLLOW_UP_SHARE, async (limit): Promise<SlotAtZero> => {
    const ask = (template: string, tenantIds: readonly string[], share: number) =>
      withinShare(limit, share, (within) =>
        valuesOf(fleet, { template, windowSeconds, tenantIds }, { label, atMs, limit: within }),
      );
    const least = await ask(leastWantedQuery(bundle), unreached, LEAST_SHARE);
    const unwanted = unreached.filter((id) => least.values.get(id) === 0);
    const zero = await ask(scaledToZero, unwanted, ZERO_SHARE);
    const denied = unwanted.filter((id) => !zero.values.has(id));
    // What is denied is proven only where all workloads that were reported still are.
    const now = await ask(replicasWanted, denied.filter(zero.isAnswered), NOW_SHARE);
    const atZeroNow = denied.filter((id) => now.values.get(id) === 0);
    const lost = lostQuery === null ? NONE_ASKED : await ask(lostQuery, atZeroNow, 1);
    const isLost = (id: string) => lost.values.has(id) || (lost !== NONE_ASKED && !lost.isAnswered(id));
    const unproven = [
      ...unreached.filter((id) => !least.values.has(id)),
      ...denied.filter((id) => !now.values.has(id)),
      ...atZeroNow.filter(isLost),
    ];
    return {
      tenantIds: new Set(unwanted.filter((id) => zero.values.has(id))),
      unproven: new Set([...unknown, ...unproven]),
      unanswered: least.unanswered ?? zero.unanswered ?? now.unanswered ?? lost.unanswered,
    };
  });
}

type Asked = {
  values: ReadonlyMap<string, number>;
  isAnswered(tenantId: string): boolean;
  unanswered: string | null;
};

const NONE_ASKED: Asked = { values: new Map(), isAnswered: () => false, unanswered: null };

/**
 * One value of each of these tenants. Who has several series has none: nothing is proven by them. The question for everybody may
 * fail by what one tenant exposes, whether or not it is among these: then they are asked about by name.
 */
async function valuesOf(
  fleet: CycleOptions["fleet"],
  question: Question,
  { label, atMs, limit }: Asking,
): Promise<Asked> {
  const { template, windowSeconds, tenantIds } = question;
  if (tenantIds.length === 0) return NONE_ASKED;
  if (tenantIds.length > NAMED_AT_MOST) {
    const answer = await withinShare(limit, EVERYBODY_SHARE, ({ signal }) =>
      askValues(fleet, template, { label, windowSeconds, atMs, signal }),
    );
    if (answer.ok) return { values: answer.values, isAnswered: () => true, unanswered: null };
    if (!mayBeByOneTenant(answer.fault)) return { ...NONE_ASKED, unanswered: answer.detail };
  }
  const answers = await askSome(fleet, question, { label, atMs, limit });
  const values = new Map<string, number>();
  for (const [id, [sample, ...more]] of answers)
    if (sample && more.length === 0) values.set(id, sample.value);
  const open = tenantIds.length - answers.size;
  return {
    values,
    isAnswered: (id) => answers.has(id),
    unanswered: open === 0 ? null : `No answer for ${open} of ${tenantIds.length} capabilities.`,
  };
}

/** The tenants that may be at zero, by what was read of the lines that show whether they can be reached; unknown: as far as these could be asked. */
function unreachedOf(
  { lines, answers, askedAtMs }: Pick<Slot, "lines" | "answers" | "askedAtMs">,
  live: ReadonlyMap<string, readonly string[]>,
  thresholdsOf: ThresholdsOf,
): { unreached: string[]; unknown: string[] } {
  const reachabilityLines = lines
    .filter(({ signalId, signal, line }) => isReachabilityLine(signalId, signal.lines, line))
    .map((judged) => {
      const answer = answers.get(judged.lineKey);
      return { judged, readings: answer?.ok ? readingsOf(judged, answer, live, askedAtMs) : null };
    });
  const reachabilityOf = (tenantId: string, without: readonly string[]): Reachability[] =>
    reachabilityLines.flatMap(({ judged: { lineKey, signal }, readings }) => {
      const threshold = thresholdsOf(tenantId).get(lineKey);
      if (!threshold || without.includes(lineKey)) return [];
      const reading = readings?.get(tenantId) ?? { kind: "unknown" };
      return [{ reading, threshold: { ...threshold, worse: signal.worse } }];
    });
  const unreached: string[] = [];
  const unknown: string[] = [];
  for (const [tenantId, without] of live) {
    const reachability = reachabilityOf(tenantId, without);
    if (mayBeAtZero(reachability)) unreached.push(tenantId);
    else if (isReachUnknown(reachability)) unknown.push(tenantId);
  }
  return { unreached, unknown };
}
