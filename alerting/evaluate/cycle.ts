import { evidenceOnce } from "@/alerting/attribute/attribute";
import { askLines, judgedLines } from "@/alerting/fleet/questions";
import { createBudget } from "@/alerting/runtime/budget";
import { withDeadline } from "@/alerting/runtime/deadline";
import { cycleSeconds } from "@/alerting/runtime/metrics";
import type { CommitResult } from "@/lib/alerts/ledger/store";
import { log } from "@/lib/infra/log";
import { clocksApart, permitToWrite } from "./clocks";
import { planSlot } from "./plan-slot";
import type { CycleOptions, Memory, Slot, SlotResult } from "./slot";
import { thresholdsBy } from "./thresholds-by";
import { writeSlot } from "./write-slot";

/** Something else was written while we planned: read again and plan again, so many times at most. */
const PLANS_AT_MOST = 4;
/**
 * Judges one slot for everybody: ask, judge, plan the mails, and write all of it in one transaction, or nothing.
 *
 * The questions are asked once; the plan is made again where the database has moved on meanwhile.
 * @throws the driver's error when the database can't be asked; an error that says what changed, where the last plan met a
 *   change as well
 */
export async function judgeSlot(
  options: CycleOptions,
  slotMs: number,
  memory: { current: Memory },
): Promise<SlotResult> {
  const startedMs = performance.now();
  const { ledger } = options;
  const bundle = await options.readBundle();
  if (!bundle) return { kind: "no-bundle" };
  const early = await permitToWrite(options, slotMs, await ledger.newest(slotMs));
  if (early === "lost" || early === "late") return { kind: early };
  const lines = judgedLines(bundle);
  const askedAtMs = slotMs - bundle.scrapeIntervalSeconds * 1000;
  const budget = createBudget(options.askAllWithinMs, options.stop);
  const stopAsking = cycleSeconds.startTimer({ stage: "ask" });
  const { fleet, label } = options;
  const answers = await withDeadline(options.askWithinMs, options.stop, (signal) =>
    askLines(fleet, lines, { label, atMs: askedAtMs, signal }),
  );
  stopAsking();
  const apart = clocksApart(options.fleet.clockMs(), await ledger.nowMs());
  if (apart) for (const { lineKey } of lines) answers.set(lineKey, apart);
  const evidence = evidenceOnce(options, { bundle, askedAtMs, budget });
  const slot: Slot = { slotMs, askedAtMs, bundle, lines, answers, evidence, budget, startedMs };
  const causes: string[] = [];
  while (causes.length < PLANS_AT_MOST) {
    if (options.stop.aborted) return { kind: "stopped" }; // half an answer must not be taken for a failed cycle
    const result = await planAndWrite(options, slot, memory);
    if (result.kind !== "superseded") return result;
    causes.push(result.because);
  }
  throw new Error(`The slot was planned ${PLANS_AT_MOST} times in vain: ${causes.join("; ")}.`);
}

/** @returns superseded where it must be planned again */
async function planAndWrite(
  options: CycleOptions,
  slot: Slot,
  memory: { current: Memory },
): Promise<SlotResult | Extract<CommitResult, { kind: "superseded" }>> {
  const { ledger } = options;
  const { slotMs, lines } = slot;
  const recorded = await ledger.read(
    slotMs,
    lines.map(({ lineKey }) => lineKey),
  );
  const { newest } = recorded;
  const permit = await permitToWrite(options, slotMs, newest);
  if (permit === "after-removal")
    log.warn({ slotMs, newestSlotMs: newest.slotMs }, "The clock was put back; later cycles are deleted.");
  else if (permit !== "write") return { kind: permit };
  const states = memory.current?.newestId === newest.id ? memory.current.states : await ledger.states();
  memory.current = null; // until it is known what was written
  const thresholdsOf = thresholdsBy(slot.bundle, await options.readAllSettings());
  const base = { recorded, states, thresholdsOf };
  return writeSlot(options, slot, base, await planSlot(options, slot, base), memory);
}
