import type { JudgedLine } from "@/alerting/fleet/questions";
import type { Budget } from "@/alerting/runtime/budget";
import type { Alert } from "@/lib/alerts/alert";
import type { Ledger, LineStates } from "@/lib/alerts/ledger/store";
import type { CyclePlan, Judgements } from "@/lib/alerts/plan";
import { isHeld } from "@/lib/attribution/hold";
import { keptSide } from "@/lib/attribution/kept-side";
import type { BreachStart } from "@/lib/attribution/others";
import type { Attributed, NewAttribution } from "@/lib/attribution/store";
import type { MailVerdict } from "@/lib/attribution/verdict";
import type { Bundle } from "@/lib/catalogue/bundle";
import type { EffectiveThreshold, LineKey } from "@/lib/evaluation/effective";
import type { ConditionState, StepReading } from "@/lib/evaluation/step";
import { breaches } from "@/lib/evaluation/threshold";
import { type AttributeInput, type AttributeOptions, attributeAlerts } from "./attribute";
import type { FleetEvidence } from "./evidence-questions";

export type PlannedSlot = {
  bundle: Bundle;
  slotMs: number;
  askedAtMs: number;
  intervalSeconds: number;
  lines: readonly JudgedLine[];
  readings: ReadonlyMap<LineKey, ReadonlyMap<string, StepReading> | null>;
  thresholdsOf: (tenantId: string) => ReadonlyMap<LineKey, EffectiveThreshold>;
  states: LineStates;
  /** As they were before the slot. */
  alerts: readonly Alert[];
  judged: Judgements;
  budget: Budget;
};

export type SlotVerdicts = {
  attributions: NewAttribution[];
  /** What stands after the slot, of the alerts that have news or are held; null where nothing was ever said. */
  attributedOf(alertId: string): Attributed | null;
  /** The same of all that these mails are about. */
  verdictsIn(mails: CyclePlan["mails"]): Promise<(alertId: string) => MailVerdict | null>;
};

/** A verdict is looked at again in the first slot of every minute, and whenever something fires. */
const REVISED_EVERY_MS = 60_000;

/** The verdicts of one slot: of what has just fired, and of what still stands where there is something new to say. */
export async function attributeSlot(
  options: AttributeOptions & { ledger: Ledger },
  slot: PlannedSlot,
  fleetEvidence: () => Promise<FleetEvidence>,
): Promise<SlotVerdicts> {
  const { slotMs, intervalSeconds, judged } = slot;
  const after = new Map([...slot.alerts, ...judged.alerts].map((alert) => [alert.id, alert]));
  const open = [...after.values()].filter(({ ended }) => !ended);
  const minuteOf = (atMs: number) => Math.floor(atMs / REVISED_EVERY_MS);
  const isDue =
    open.some(({ firedAtMs }) => firedAtMs === slotMs) ||
    minuteOf(slotMs) !== minuteOf(slotMs - intervalSeconds * 1000);
  // A mail about an alert has its verdict, and a held alert depends on its verdict in every slot.
  const notified = [...judged.events.values()].flatMap((events) =>
    events.flatMap((event) => ("alert" in event && event.alert ? [event.alert.id] : [])),
  );
  const wanted = isDue ? open : open.filter(isHeld);
  const kept = await options.ledger.attributed([...new Set([...notified, ...wanted.map(({ id }) => id)])]);
  const input: AttributeInput = {
    ...slot,
    open,
    kept,
    breaches: isDue ? breachesNow(slot) : [],
    saturatedOf: saturatedOf(slot),
  };
  const attributions = isDue ? await attributeAlerts(options, input, fleetEvidence) : [];
  const given = new Map(attributions.map((attribution) => [attribution.alertId, attribution]));
  const known = (id: string): Attributed | null => {
    const before = kept.get(id);
    const now = given.get(id);
    if (!now) return before ?? null;
    const sides = [...(before ? [before.keptSide] : []), now.verdict.side];
    return { ...now, keptSide: keptSide(sides) ?? now.verdict.side };
  };
  return {
    attributions,
    attributedOf: known,
    verdictsIn: async (mails) => {
      const about = mails.flatMap(({ mail }) => mail.about.flatMap(({ alert }) => alert?.id ?? []));
      const further = await options.ledger.attributed(about.filter((id) => !known(id)));
      return (id) => {
        const attributed = known(id) ?? further.get(id);
        return attributed ? { ...attributed.verdict, keptSide: attributed.keptSide } : null;
      };
    },
  };
}

/** Everybody's lines that are beyond their threshold after the slot, or lately were. */
function breachesNow({ states, judged }: PlannedSlot): BreachStart[] {
  const changed = new Map(
    judged.states.map((change) => [`${change.tenantId} ${change.lineKey}`, change.state]),
  );
  const starts: BreachStart[] = [];
  const take = (tenantId: string, condition: ConditionState) => {
    if (condition.condition === "pending") starts.push({ tenantId, atMs: condition.sinceMs });
    else if ("episode" in condition) starts.push({ tenantId, atMs: condition.episode.breachedAtMs });
  };
  for (const [lineKey, ofLine] of states)
    for (const [tenantId, state] of ofLine)
      if (!changed.has(`${tenantId} ${lineKey}`)) take(tenantId, state.step.judged);
  for (const { tenantId, state } of judged.states) take(tenantId, state.step.judged);
  return starts;
}

function saturatedOf({ lines, readings, thresholdsOf }: PlannedSlot): AttributeInput["saturatedOf"] {
  const judged = lines.filter(({ signalId, lineKey }) => signalId === "saturation" && readings.get(lineKey));
  return (tenantId) => {
    if (judged.length === 0) return null;
    return judged.flatMap(({ lineKey, signal, line }) => {
      const reading = readings.get(lineKey)?.get(tenantId);
      const threshold = thresholdsOf(tenantId).get(lineKey);
      if (reading?.kind !== "value" || !threshold?.enabled) return [];
      return breaches(reading.value, threshold, signal.worse)
        ? [{ line: line.id, label: line.label, value: reading.value }]
        : [];
    });
  };
}
