import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import {
  cycleSeconds,
  cyclesTotal,
  lineUnusableTenants,
  mailsWrittenTotal,
} from "@/alerting/runtime/metrics";
import type { Alert } from "@/lib/alerts/alert";
import {
  type CommitResult,
  CommitUnclearError,
  type Ledger,
  type LineStates,
} from "@/lib/alerts/ledger/store";
import type { CyclePlan } from "@/lib/alerts/plan";
import { type EventInput, type PlatformEvent, platformEvent } from "@/lib/alerts/platform-event";
import { writePermit } from "./clocks";
import type { PlanBase, SlotPlan } from "./plan-slot";
import type { CycleOptions, Memory, Slot, SlotResult } from "./slot";

const READ_BACK_TRIES = 20;
const READ_BACK_EVERY_MS = 250;

/**
 * Writes all of a planned slot in one transaction, or nothing.
 * @param memory holds afterwards what this process knows to be written
 * @returns superseded where it must be planned again
 */
export async function writeSlot(
  options: CycleOptions,
  slot: Slot,
  { recorded: { newest, live, alerts }, states }: PlanBase,
  { plan, records, attributions, zeroUnanswered, kinds, superseded, drafts }: SlotPlan,
  memory: { current: Memory },
): Promise<SlotResult | Extract<CommitResult, { kind: "superseded" }>> {
  const { ledger, intervalSeconds, evaluator } = options;
  const { slotMs } = slot;
  const missed = missedBetween(newest.beforeMs, slotMs, intervalSeconds);
  const run = randomUUID();
  const stopWriting = cycleSeconds.startTimer({ stage: "write" });
  const write = {
    expectedId: newest.id,
    slotMs,
    intervalSeconds,
    missed,
    judged: live.size,
    permit: (databaseMs: number, newestMs: number | null) =>
      writePermit(options, slotMs, { databaseMs, newestMs }),
    records,
    evaluator,
    run,
    elapsedMs: performance.now() - slot.startedMs,
    states: plan.states,
    alerts: plan.alerts,
    attributions,
    superseded,
    drafts,
  };
  const result = await ledger.commit(write).catch((error) => readBack(ledger, run, slotMs, error));
  stopWriting();
  if (result.kind !== "committed") return result;
  if (result.newestId !== null)
    memory.current = { newestId: result.newestId, states: remember(states, plan) };
  for (const { lineKey, outcome, reason, unusable } of records) {
    cyclesTotal.inc({ line: lineKey, outcome, reason: reason ?? "" });
    lineUnusableTenants.set({ line: lineKey }, unusable.length);
  }
  for (const kind of kinds) mailsWrittenTotal.inc({ kind });
  const event = await eventOf(ledger, {
    alerts: new Map([...alerts, ...plan.alerts].map((alert) => [alert.id, alert])).values(),
    slotMs,
    intervalSeconds,
    judged: live.size,
  });
  return { kind: "judged", records, missed, mails: kinds.length, run, event, zeroUnanswered };
}

/** The slot is written: what can't be asked for any more hides no event. */
async function eventOf(
  ledger: Ledger,
  input: Omit<EventInput, "lookedSinceMs" | "alerts"> & { alerts: Iterable<Alert> },
): Promise<PlatformEvent | null> {
  const alerts = [...input.alerts];
  const event = platformEvent({ ...input, alerts, lookedSinceMs: null });
  if (event === null) return null;
  const lookedSinceMs = await ledger.lookedSinceMs().catch(() => null);
  return platformEvent({ ...input, alerts, lookedSinceMs });
}

function missedBetween(beforeMs: number | null, slotMs: number, intervalSeconds: number): number {
  if (beforeMs === null) return 0;
  return Math.max(0, Math.round((slotMs - beforeMs) / (intervalSeconds * 1000)) - 1);
}

/** A connection lost in COMMIT: only the database has the outcome, so it is asked until it answers. */
async function readBack(ledger: Ledger, run: string, slotMs: number, error: unknown): Promise<CommitResult> {
  if (!(error instanceof CommitUnclearError)) throw error;
  for (let attempt = 1; ; attempt++) {
    try {
      const isCommitted = await ledger.isCommitted(run, slotMs);
      if (isCommitted) return { kind: "committed", newestId: null };
      return { kind: "superseded", because: "the connection broke in COMMIT, which was undone" };
    } catch (cause) {
      if (attempt === READ_BACK_TRIES) throw cause;
      await sleep(READ_BACK_EVERY_MS);
    }
  }
}

/** The plan is committed, so the states are what it says. Changed in place: ten thousand of them are the same as before. */
function remember(states: LineStates, plan: CyclePlan): LineStates {
  for (const { tenantId, lineKey, state } of plan.states) {
    const ofLine = states.get(lineKey) ?? new Map();
    states.set(lineKey, ofLine.set(tenantId, state));
  }
  return states;
}
