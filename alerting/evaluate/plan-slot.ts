import { randomUUID } from "node:crypto";
import { attributeSlot } from "@/alerting/attribute/attribute-slot";
import { changesIn } from "@/alerting/attribute/changes";
import { type Composed, composeMails } from "@/alerting/compose/compose";
import type { Changes } from "@/alerting/compose/mail-facts";
import { cycleSeconds } from "@/alerting/runtime/metrics";
import type { CycleRecord } from "@/lib/alerts/cycle";
import type { LedgerState, LineStates } from "@/lib/alerts/ledger/store";
import { type CyclePlan, judgeCycle, type PlanInput, planMails } from "@/lib/alerts/plan";
import type { NewAttribution } from "@/lib/attribution/store";
import type { MailVerdict } from "@/lib/attribution/verdict";
import { askFiringParts } from "./ask-firing-parts";
import { askWaiting } from "./ask-waiting";
import { incidentsBehind } from "./incidents";
import { readSlot, type SlotReadings } from "./read-slot";
import type { CycleOptions, Slot } from "./slot";
import type { ThresholdsOf } from "./thresholds-by";

/** What a plan goes on from. */
export type PlanBase = { recorded: LedgerState; states: LineStates; thresholdsOf: ThresholdsOf };

/** What is to be written about a slot. */
export type SlotPlan = Composed & {
  records: CycleRecord[];
  plan: CyclePlan;
  attributions: readonly NewAttribution[];
  /** Why it isn't known who is scaled to zero; null: it is, or nobody had to be asked for. */
  zeroUnanswered: string | null;
};

type JudgedSlot = {
  input: PlanInput;
  judged: ReturnType<typeof judgeCycle>;
  readings: SlotReadings;
  records: CycleRecord[];
  zeroUnanswered: string | null;
};
type VerdictOf = (alertId: string) => MailVerdict | null;

/** Plans a slot, stage by stage: judge, attribute, compose. Nothing is written. */
export async function planSlot(options: CycleOptions, slot: Slot, base: PlanBase): Promise<SlotPlan> {
  const judgedSlot = await timed("plan", () => judge(options, slot, base));
  // Before the mails: whether an alert is mailed now may depend on whose problem it is.
  const { plan, attributions, verdictOf } = await timed("attribute", () =>
    attribute(options, slot, base, judgedSlot),
  );
  const composed = await timed("compose", () => compose(options, slot, base, judgedSlot, plan, verdictOf));
  const { records, zeroUnanswered } = judgedSlot;
  return { ...composed, records, plan, attributions, zeroUnanswered };
}

async function timed<T>(stage: string, work: () => Promise<T>): Promise<T> {
  const stop = cycleSeconds.startTimer({ stage });
  const done = await work();
  stop();
  return done;
}

/** From the answers to the changed states and alerts. */
async function judge(options: CycleOptions, slot: Slot, base: PlanBase): Promise<JudgedSlot> {
  const { recorded, states, thresholdsOf } = base;
  const { live, unknownUntilMs } = recorded;
  const read = await readSlot(options, slot, { live, states, thresholdsOf, unknownUntilMs });
  const input: PlanInput = {
    atMs: slot.slotMs,
    intervalSeconds: options.intervalSeconds,
    lines: read.lines,
    live,
    evicted: recorded.evicted,
    thresholdsOf,
    states,
    alerts: recorded.alerts,
    threads: recorded.threads,
    newId: randomUUID,
  };
  const { readings, records, zeroUnanswered } = read;
  return { input, judged: judgeCycle(input), readings, records, zeroUnanswered };
}

/** Whose problem each alert looks like, and which mails are due with that known. */
async function attribute(
  options: CycleOptions,
  slot: Slot,
  { recorded: { alerts }, states, thresholdsOf }: PlanBase,
  { input, judged, readings }: JudgedSlot,
): Promise<{ plan: CyclePlan; attributions: readonly NewAttribution[]; verdictOf: VerdictOf }> {
  const { intervalSeconds } = options;
  const judgedSlot = { ...slot, intervalSeconds, readings, thresholdsOf, states, alerts, judged };
  const verdicts = await attributeSlot(options, judgedSlot, slot.evidence);
  const incidentOf = await incidentsBehind(options, judgedSlot, verdicts);
  const plan: CyclePlan = { states: judged.states, ...planMails(input, judged, incidentOf) };
  return { plan, attributions: verdicts.attributions, verdictOf: await verdicts.verdictsIn(plan.mails) };
}

/** Collects what the mails of a plan say. */
async function compose(
  options: CycleOptions,
  slot: Slot,
  { thresholdsOf }: PlanBase,
  { readings }: JudgedSlot,
  { mails }: CyclePlan,
  verdictOf: VerdictOf,
): Promise<Composed> {
  const { ledger } = options;
  const { lines, slotMs, askedAtMs } = slot;
  const [waitingOf, partsOf] = await Promise.all([
    askWaiting(options, slot, mails),
    askFiringParts(options, slot, mails, thresholdsOf),
  ]);
  return composeMails(
    options,
    {
      lines: new Map(lines.map((line) => [line.lineKey, line])),
      slotMs,
      askedAtMs,
      nowMs: mails.length > 0 ? await ledger.nowMs() : slotMs,
      addresses: await ledger.addresses([...new Set(mails.map(({ tenantId }) => tenantId))]),
      thresholdOf: (tenantId, lineKey) => thresholdsOf(tenantId).get(lineKey),
      valueOf: (tenantId, lineKey) => {
        const reading = readings.get(lineKey)?.get(tenantId);
        return reading?.kind === "value" ? reading.value : null;
      },
      verdictOf,
      changesOf: await changesOf(slot, mails),
      waitingOf,
      partsOf,
    },
    mails,
  );
}

/** What the slot's evidence knows of everybody's hour before. It is asked for where something fires, which attribution does anyway. */
async function changesOf(
  { evidence, askedAtMs }: Slot,
  mails: CyclePlan["mails"],
): Promise<(tenantId: string) => Changes | null> {
  if (!mails.some(({ mail: { kind } }) => kind === "firing" || kind === "joined")) return () => null;
  const fleet = await evidence();
  return (tenantId) => changesIn(fleet, tenantId, askedAtMs);
}
