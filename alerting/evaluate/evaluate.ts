import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { renderMail } from "@/alerting/mail/render";
import { cycleSeconds, slotLagSeconds, slotsTotal } from "@/alerting/runtime/metrics";
import type { CycleRecord } from "@/lib/alerts/cycle";
import { createLedger } from "@/lib/alerts/ledger/store";
import { catalogueStore } from "@/lib/catalogue/store";
import { slotAt } from "@/lib/infra/clock";
import { log } from "@/lib/infra/log";
import { noticeStore } from "@/lib/notices/store";
import { prometheus } from "@/lib/prometheus/client";
import { fleetFromEnvironment } from "@/lib/prometheus/fleet";
import { mintTenantScope } from "@/lib/tenant/mint";
import { thresholdStore } from "@/lib/thresholds/store";
import packageJson from "@/package.json";
import { judgeSlot } from "./cycle";
import type { CycleOptions, Memory, SlotResult } from "./slot";

/** Milliseconds since the epoch; asked once a slot. */
export type SlotClock = () => Promise<number> | number;

export type EvaluatorOptions = Pick<CycleOptions, "mailFrom" | "portalUrl" | "label" | "intervalSeconds"> &
  Partial<Omit<CycleOptions, "stop" | "scopeOf">> & {
    /** By default the database's, which all evaluators share: then they agree on what slot it is. */
    nowMs?: SlotClock;
    /** Called after each slot that this evaluator worked on. */
    onSlot?: (slotMs: number, result: SlotResult) => void;
  };

export type Evaluator = {
  /** This process's id in cycles and heartbeats. */
  id: string;
  /** The newest slot that was worked on without an error, in ms; null: none yet. */
  lastSlotMs(): number | null;
  /** For how long none was, in ms, whatever the clocks say; null: none yet. */
  idleMs(): number | null;
  /** Gives up the questions of the slot under way, lets a transaction under way end. */
  stop(): Promise<void>;
};

/** After an error: the database or the definitions may be back before the next slot. */
const RETRY_MS = 2_000;

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
  const nowMs: SlotClock = options.nowMs ?? (() => ledger.nowMs());
  const intervalMs = intervalSeconds * 1000;
  const memory: { current: Memory } = { current: null };
  const report = createSlotReport();
  let doneSlotMs: number | null = null;
  let doneAtMs: number | null = null;

  async function work(slotMs: number): Promise<void> {
    const timer = cycleSeconds.startTimer({ stage: "all" });
    const result = await judgeSlot(cycle, slotMs, memory);
    timer();
    slotsTotal.inc({ result: result.kind });
    if (result.kind === "judged") {
      if (result.missed > 0) slotsTotal.inc({ result: "missed" }, result.missed);
      slotLagSeconds.observe(Math.max(0, (await nowMs()) - slotMs) / 1000);
      report(slotMs, result);
    }
    options.onSlot?.(slotMs, result);
  }

  /** One look at the clock: works on the slot where it is new, and says how long to wait. */
  async function tick(): Promise<number> {
    const slotMs = slotAt(await nowMs(), intervalSeconds);
    if (slotMs !== doneSlotMs) {
      await ledger.recordHeartbeat(id, packageJson.version);
      await work(slotMs);
      doneSlotMs = slotMs;
      doneAtMs = performance.now();
    }
    return slotMs + intervalMs - (await nowMs());
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      const waitMs = await tick().catch((error) => {
        memory.current = null; // whatever was written, it is read again
        slotsTotal.inc({ result: "error" });
        log.error({ err: error }, "A slot could not be evaluated.");
        return RETRY_MS;
      });
      // A clock that was put back would make us sleep through the slots until then.
      const pauseMs = Math.min(Math.max(waitMs, 20), intervalMs);
      await sleep(pauseMs, undefined, { signal: stopping.signal }).catch(() => {});
    }
  }

  const running = run();
  return {
    id,
    lastSlotMs: () => doneSlotMs,
    idleMs: () => doneAtMs && performance.now() - doneAtMs,
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}

/** Makes the function that logs what came of a judged slot. */
function createSlotReport(): (slotMs: number, result: SlotResult & { kind: "judged" }) => void {
  const leftOut = new Map<string, string | null>();

  /** Whose metrics a line had to leave out: once as long as it stays the same. */
  function logLeftOut(records: readonly CycleRecord[]): void {
    const news = records.filter(
      ({ lineKey, outcome, detail }) => outcome === "good" && detail !== (leftOut.get(lineKey) ?? null),
    );
    for (const { lineKey, detail } of news) leftOut.set(lineKey, detail);
    const lines = news.flatMap(({ lineKey, detail }) => (detail ? [{ line: lineKey, detail }] : []));
    if (lines.length > 0)
      log.warn({ lines }, "Some tenants' own metrics can't be used; the others are judged.");
  }

  return (slotMs, { records, mails }) => {
    const bad = records.filter(({ outcome }) => outcome !== "good");
    if (bad.length > 0)
      log.warn(
        { slotMs, lines: bad.map(({ lineKey, reason, detail }) => ({ line: lineKey, reason, detail })) },
        "Lines could not be judged; their state stays as it was.",
      );
    logLeftOut(records);
    if (mails > 0) log.info({ slotMs, mails }, "Mails were written.");
  };
}

/** The cycle's sources: this process's, save for those that are given. */
function cycleOptions(options: EvaluatorOptions, evaluator: string, stop: AbortSignal): CycleOptions {
  const intervalMs = options.intervalSeconds * 1000;
  return {
    ...options,
    ledger: options.ledger ?? createLedger(),
    fleet: options.fleet ?? fleetFromEnvironment(),
    prometheus: options.prometheus ?? prometheus(),
    readBundle: options.readBundle ?? catalogueStore.readBundle,
    readComponents: options.readComponents ?? catalogueStore.readComponents,
    readAllSettings: options.readAllSettings ?? thresholdStore.readAllSettings,
    renderMail: options.renderMail ?? renderMail,
    readPlatform: options.readPlatform ?? catalogueStore.readPlatform,
    readIncidents: options.readIncidents ?? noticeStore.readIncidentFeed,
    readEdits: options.readEdits ?? thresholdStore.readEditsOfAll,
    readSwitchedOff: options.readSwitchedOff ?? thresholdStore.readSwitchedOff,
    // What hangs is given up while there is time left to write the others down within the slot.
    askWithinMs: options.askWithinMs ?? Math.min(15_000, intervalMs / 2),
    picturesWithinMs: options.picturesWithinMs ?? Math.min(8_000, intervalMs / 4),
    evidenceWithinMs: options.evidenceWithinMs ?? Math.min(6_000, intervalMs / 5),
    scopeOf: mintTenantScope,
    evaluator,
    stop,
  };
}

/** One slot alone, for tests and measurements. @throws the driver's error when the database can't be asked */
export function createSlotJudge(options: EvaluatorOptions): (slotMs: number) => Promise<SlotResult> {
  const cycle = cycleOptions(options, options.evaluator ?? randomUUID(), new AbortController().signal);
  const memory: { current: Memory } = { current: null };
  return async (slotMs) => {
    try {
      return await judgeSlot(cycle, slotMs, memory);
    } catch (error) {
      memory.current = null;
      throw error;
    }
  };
}
