import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import {
  cycleSeconds,
  platformEventCapabilities,
  slotLagSeconds,
  slotsTotal,
} from "@/alerting/runtime/metrics";
import { createLedger } from "@/lib/alerts/ledger/store";
import { catalogueStore } from "@/lib/catalogue/store";
import { slotAt } from "@/lib/infra/clock";
import { awaySentence, isAnswerOfDatabase, isDatabaseAway } from "@/lib/infra/database-away";
import { log } from "@/lib/infra/log";
import { noticeStore } from "@/lib/notices/store";
import { prometheus } from "@/lib/prometheus/client";
import { fleetFromEnvironment } from "@/lib/prometheus/fleet";
import { thresholdStore } from "@/lib/thresholds/store";
import packageJson from "@/package.json";
import { judgeSlot } from "./cycle";
import { createLossWatch } from "./loss-watch";
import { createSlotReport } from "./report-slot";
import type { CycleOptions, Memory, SlotResult } from "./slot";

export type EvaluatorOptions = Pick<CycleOptions, "mailFrom" | "portalUrl" | "label" | "intervalSeconds"> &
  Partial<Omit<CycleOptions, "stop" | "scopeOf">> & {
    /** Called after each slot that this evaluator worked on. */
    onSlot?: (slotMs: number, result: SlotResult) => void;
  };

export type Evaluator = {
  /** This process's id in cycles and heartbeats. */
  id: string;
  /** The newest slot that was worked on without an error and in time, in ms; null: none yet. */
  lastSlotMs(): number | null;
  /** For how long none was, in ms, whatever the clocks say; null: none yet. */
  idleMs(): number | null;
  /** For how long it found only a database that is away, or finished no round at all, in ms; 0 while it works. */
  stuckMs(): number;
  /** Why the newest try of a slot failed, where the database was away; null: it didn't, or the log says why. */
  awaySentence(): string | null;
  /** How long ago it noticed that the database had lost what it had confirmed, in ms; null: it never did. */
  lossNoticedMs(): number | null;
  /** Gives up the questions of the slot under way, lets a transaction under way end. */
  stop(): Promise<void>;
};

/** After an error: the database or the definitions may be back before the next slot. */
const RETRY_MS = 2_000;

/** Four fifths of an interval by default: the rest is for the database. */
const ASK_ALL_SHARE = 1.6;

const LATE =
  "A slot was given up: it was no longer current when it was to be written. This worker was paused or is too slow, or the database's clock was put back.";
const CLOCK =
  "No slot can be written: cycles lie ahead of the database's clock, which the other clocks contradict. Put the wrong one right.";

/**
 * Evaluates every slot until stopped. Any number of processes may do so at once: one of them writes a slot, the others nothing.
 *
 * It never throws: what can't be asked or written is logged and counted, and the slot is missed, which the next cycle records.
 */
export function startEvaluator(options: EvaluatorOptions): Evaluator {
  const id = options.evaluator ?? randomUUID();
  const stopping = new AbortController();
  const cycle = cycleOptions(options, id, stopping.signal);
  const { ledger, intervalSeconds } = cycle;
  const nowMs = async () => cycle.clockOf(await ledger.nowMs());
  const intervalMs = intervalSeconds * 1000;
  const slots = createSlotWork(cycle, nowMs, options.onSlot);
  let seenSlotMs: number | null = null;
  let doneSlotMs: number | null = null;
  let doneAtMs: number | null = null;
  let wellAtMs = performance.now();
  let away: string | null = null;

  /** One look at the clock: works on the slot where it is new, and says how long to wait. */
  async function tick(): Promise<number> {
    const slotMs = slotAt(await nowMs(), intervalSeconds);
    if (slotMs !== seenSlotMs) {
      await ledger.recordHeartbeat(id, packageJson.version);
      const isDone = await slots.work(slotMs);
      seenSlotMs = slotMs;
      if (isDone) {
        doneSlotMs = slotMs;
        doneAtMs = performance.now();
      }
    }
    return slotMs + intervalMs - (await nowMs());
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      let isWell = true;
      let awayNow: string | null = null;
      const waitMs = await tick().catch((error) => {
        if (isDatabaseAway(error)) awayNow = awaySentence(error);
        if (isDatabaseAway(error) && !isAnswerOfDatabase(error)) isWell = false;
        slots.readAgain();
        slotsTotal.inc({ result: "error" });
        log.error({ err: error }, "A slot could not be evaluated.");
        return RETRY_MS;
      });
      away = awayNow;
      if (isWell) wellAtMs = performance.now();
      // A clock that was put back would make us sleep through the slots until then.
      const pauseMs = Math.min(Math.max(waitMs, 20), intervalMs);
      await sleep(pauseMs, undefined, { signal: stopping.signal }).catch(() => {});
    }
  }

  const running = run();
  return {
    id,
    lastSlotMs: () => doneSlotMs,
    awaySentence: () => away,
    lossNoticedMs: slots.lossNoticedMs,
    stuckMs: () => performance.now() - wellAtMs,
    idleMs: () => doneAtMs && performance.now() - doneAtMs,
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}

/** The work on one slot after the other, with what is remembered between them. */
function createSlotWork(
  cycle: CycleOptions,
  nowMs: () => Promise<number>,
  onSlot: EvaluatorOptions["onSlot"] = () => {},
) {
  const memory: { current: Memory } = { current: null };
  const report = createSlotReport();
  const losses = createLossWatch(cycle.ledger);

  /** @returns whether the slot was written, here or elsewhere, or there is nothing to write */
  async function work(slotMs: number): Promise<boolean> {
    if (await losses.hasLost(slotMs)) memory.current = null;
    const timer = cycleSeconds.startTimer({ stage: "all" });
    const result = await judgeSlot(cycle, slotMs, memory);
    timer();
    countSlot(result);
    if (result.kind === "judged") {
      losses.wrote(result.run, slotMs); // before anything is asked: the database may be lost right after it
      slotLagSeconds.observe(Math.max(0, (await nowMs()) - slotMs) / 1000);
      report(slotMs, result);
    }
    if (result.kind === "late") log.warn({ slotMs }, LATE);
    if (result.kind === "clock") log.error({ slotMs }, CLOCK);
    onSlot(slotMs, result);
    return result.kind !== "late" && result.kind !== "clock";
  }

  return {
    work,
    /** After an error: whatever was written, the states are read again. */
    readAgain: () => {
      memory.current = null;
    },
    lossNoticedMs: losses.noticedAgoMs,
  };
}

function countSlot(result: SlotResult): void {
  slotsTotal.inc({ result: result.kind });
  platformEventCapabilities.set(result.kind === "judged" ? (result.event?.fired ?? 0) : 0);
  if (result.kind === "judged" && result.missed > 0) slotsTotal.inc({ result: "missed" }, result.missed);
}

/** The cycle's sources: this process's, save for those that are given. */
function cycleOptions(options: EvaluatorOptions, evaluator: string, stop: AbortSignal): CycleOptions {
  const intervalMs = options.intervalSeconds * 1000;
  const askWithinMs = options.askWithinMs ?? Math.min(15_000, intervalMs / 2);
  return {
    ...options,
    ledger: options.ledger ?? createLedger(),
    fleet: options.fleet ?? fleetFromEnvironment(),
    prometheus: options.prometheus ?? prometheus(),
    readBundle: options.readBundle ?? catalogueStore.readBundle,
    readComponents: options.readComponents ?? catalogueStore.readComponents,
    readAllSettings: options.readAllSettings ?? thresholdStore.readAllSettings,
    readPlatform: options.readPlatform ?? catalogueStore.readPlatform,
    readIncidents: options.readIncidents ?? noticeStore.readIncidentFeed,
    readEdits: options.readEdits ?? thresholdStore.readEditsOfAll,
    readSwitchedOff: options.readSwitchedOff ?? thresholdStore.readSwitchedOff,
    // What hangs is given up while there is time left to write the others down within the slot.
    askWithinMs,
    askAllWithinMs: options.askAllWithinMs ?? askWithinMs * ASK_ALL_SHARE,
    evidenceWithinMs: options.evidenceWithinMs ?? Math.min(6_000, intervalMs / 5),
    clockOf: options.clockOf ?? ((databaseMs) => databaseMs),
    evaluator,
    stop,
  };
}

/** One slot alone, for tests and measurements: by default at its own time, whatever the clock says. @throws the driver's error when the database can't be asked */
export function createSlotJudge(options: EvaluatorOptions): (slotMs: number) => Promise<SlotResult> {
  const { evaluator = randomUUID(), clockOf } = options;
  const cycle = cycleOptions(options, evaluator, new AbortController().signal);
  const memory: { current: Memory } = { current: null };
  return async (slotMs) => {
    try {
      return await judgeSlot({ ...cycle, clockOf: clockOf ?? (() => slotMs) }, slotMs, memory);
    } catch (error) {
      memory.current = null;
      throw error;
    }
  };
}
