import { askValues, readingsOf } from "@/alerting/fleet/questions";
import { type Asking, askSome, mayBeByOneTenant, type Question } from "@/alerting/fleet/some-tenants";
import { type TimeLimit, withinShare } from "@/alerting/runtime/budget";
import { isReachabilityLine } from "@/lib/catalogue/bundle";
import { leastWantedQuery, mayBeAtZero, type Reachability } from "@/lib/evaluation/scaled-to-zero";
import { type CycleOptions, FOLLOW_UP_SHARE, type Slot } from "./slot";
import type { ThresholdsOf } from "./thresholds-by";

/** Who is scaled to zero in a slot. unanswered: why that isn't known, for the operator; null: it is, or nobody had to be asked for. */
export type AtZero = { tenantIds: ReadonlySet<string>; unanswered: string | null };

const NOBODY: AtZero = { tenantIds: new Set(), unanswered: null };

/** The questions name so few capabilities. The names of more would make them as expensive as one for everybody. */
const NAMED_AT_MOST = 50;

/** Of the time: what the number of wanted replicas may take, and what a question for everybody may. */
const WANTED_SHARE = 0.5;
const EVERYBODY_SHARE = 0.5;

/**
 * Asks which capabilities are scaled to zero, so that nothing of them is judged, and none counts as one that vanished.
 *
 * Asked only where somebody can't be reached: a healthy fleet costs nothing. The bundle's question reads a day of every workload, so
 * it is asked only for those who wanted no replica at a time in the window. Where it can't be asked, nobody is scaled to zero: what
 * was seen judges.
 * @param live by id, the lines that each tenant doesn't have
 */
export async function askAtZero(
  { fleet, label, askWithinMs }: Pick<CycleOptions, "fleet" | "label" | "askWithinMs">,
  slot: Pick<Slot, "lines" | "answers" | "bundle" | "askedAtMs" | "budget">,
  live: ReadonlyMap<string, readonly string[]>,
  thresholdsOf: ThresholdsOf,
): Promise<AtZero> {
  const { bundle, askedAtMs: atMs } = slot;
  const { scaledToZero } = bundle.runtime;
  if (!scaledToZero) return NOBODY;
  const unreached = unreachedOf(slot, live, thresholdsOf);
  const { windowSeconds } = bundle.signals.availability;
  return slot.budget("scaled-to-zero", askWithinMs * FOLLOW_UP_SHARE, async (limit): Promise<AtZero> => {
    const ask = (template: string, tenantIds: readonly string[], within: TimeLimit) =>
      valuesOf(fleet, { template, windowSeconds, tenantIds }, { label, atMs, limit: within });
    const wanted = await withinShare(limit, WANTED_SHARE, (within) =>
      ask(leastWantedQuery(bundle), unreached, within),
    );
    const unwanted = unreached.filter((id) => wanted.values.get(id) === 0);
    const zero = await ask(scaledToZero, unwanted, limit);
    return {
      tenantIds: new Set(unwanted.filter((id) => zero.values.has(id))),
      unanswered: wanted.unanswered ?? zero.unanswered,
    };
  });
}

type Asked = { values: ReadonlyMap<string, number>; unanswered: string | null };

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
  if (tenantIds.length === 0) return { values: new Map(), unanswered: null };
  if (tenantIds.length > NAMED_AT_MOST) {
    const answer = await withinShare(limit, EVERYBODY_SHARE, ({ signal }) =>
      askValues(fleet, template, { label, windowSeconds, atMs, signal }),
    );
    if (answer.ok) return { values: answer.values, unanswered: null };
    if (!mayBeByOneTenant(answer.fault)) return { values: new Map(), unanswered: answer.detail };
  }
  const answers = await askSome(fleet, question, { label, atMs, limit });
  const values = new Map<string, number>();
  for (const [id, [sample, ...more]] of answers)
    if (sample && more.length === 0) values.set(id, sample.value);
  const open = tenantIds.length - answers.size;
  return {
    values,
    unanswered: open === 0 ? null : `No answer for ${open} of ${tenantIds.length} capabilities.`,
  };
}

/** The tenants that may be at zero, by what was read of the lines that show whether they can be reached. */
function unreachedOf(
  { lines, answers, askedAtMs }: Pick<Slot, "lines" | "answers" | "askedAtMs">,
  live: ReadonlyMap<string, readonly string[]>,
  thresholdsOf: ThresholdsOf,
): string[] {
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
  return [...live].flatMap(([tenantId, without]) =>
    mayBeAtZero(reachabilityOf(tenantId, without)) ? [tenantId] : [],
  );
}
