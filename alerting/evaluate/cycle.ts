import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { type AttributeOptions, evidenceOnce } from "@/alerting/attribute/attribute";
import { attributeSlot } from "@/alerting/attribute/attribute-slot";
import type { FleetEvidence } from "@/alerting/attribute/evidence-questions";
import { type ComposeOptions, composeMails } from "@/alerting/compose/compose";
import {
  askLines,
  type JudgedLine,
  judgedLines,
  type LineAnswer,
  readLine,
} from "@/alerting/fleet/questions";
import { withDeadline } from "@/alerting/runtime/deadline";
import { cycleSeconds, cyclesTotal, mailsWrittenTotal } from "@/alerting/runtime/metrics";
import type { CycleRecord } from "@/lib/alerts/cycle";
import {
  type CommitResult,
  CommitUnclearError,
  type Ledger,
  type LedgerState,
  type LineStates,
} from "@/lib/alerts/ledger/store";
import { type CyclePlan, judgeCycle, type PlanInput, type PlannedLine, planMails } from "@/lib/alerts/plan";
import type { Bundle } from "@/lib/catalogue/bundle";
import {
  type EffectiveThreshold,
  effectiveThresholds,
  type LineKey,
  type ThresholdSetting,
  unusableSettings,
} from "@/lib/evaluation/effective";
import { log } from "@/lib/infra/log";
import type { Fleet } from "@/lib/prometheus/fleet";
import { applyDeployGrace } from "./deploy-grace";
import { type IncidentOptions, incidentsBehind } from "./incidents";

export type CycleOptions = ComposeOptions &
  AttributeOptions &
  IncidentOptions & {
    /** Who evaluates: a UUID of this process. */
    evaluator: string;
    ledger: Ledger;
    fleet: Fleet;
    readBundle(): Promise<Bundle | null>;
    readAllSettings(): Promise<Map<string, ThresholdSetting[]>>;
    intervalSeconds: number;
    /** All questions of a cycle together are given up after this. */
    askWithinMs: number;
    stop: AbortSignal;
  };

/** What became of a slot here. `error`s are thrown. */
export type SlotResult =
  | { kind: "judged"; records: CycleRecord[]; missed: number; mails: number }
  | { kind: "lost" | "no-bundle" | "stopped" };

/** What this process wrote last: as long as nobody else writes, the states need not be read again. */
export type Memory = { newestId: string; states: LineStates } | null;

/** Something else was written while we planned: read again and plan again, so many times at most. */
const PLANS_AT_MOST = 4;
const STANDS_TRIES = 20;
const STANDS_EVERY_MS = 250;

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
  const { ledger, intervalSeconds } = options;
  const bundle = await options.readBundle();
  if (!bundle) return { kind: "no-bundle" };
  if (isTaken(await ledger.newest(slotMs), slotMs, intervalSeconds)) return { kind: "lost" };
  const lines = judgedLines(bundle);
  const askedAtMs = slotMs - bundle.scrapeIntervalSeconds * 1000;
  const stopAsking = cycleSeconds.startTimer({ stage: "ask" });
  const { fleet, label } = options;
  const answers = await withDeadline(options.askWithinMs, options.stop, (signal) =>
    askLines(fleet, lines, { label, atMs: askedAtMs, signal }),
  );
  stopAsking();
  const apart = clocksApart(options.fleet.clockMs(), await ledger.nowMs());
  if (apart) for (const { lineKey } of lines) answers.set(lineKey, apart);
  const evidence = evidenceOnce(options, { bundle, askedAtMs });
  const slot: Slot = { slotMs, askedAtMs, bundle, lines, answers, evidence, startedMs };
  const causes: string[] = [];
  while (causes.length < PLANS_AT_MOST) {
    if (options.stop.aborted) return { kind: "stopped" }; // half an answer must not be taken for a failed cycle
    const result = await planAndWrite(options, slot, memory);
    if (result.kind !== "superseded") return result;
    causes.push(result.because);
  }
  throw new Error(`The slot was planned ${PLANS_AT_MOST} times in vain: ${causes.join("; ")}.`);
}

/** Slots are of the database's clock, samples of Prometheus's. Clocks that are kept differ by far less than this. */
const CLOCKS_APART_MS = 60_000;

/** Of an hour ago everything may look well. Such a cycle judges nothing, and says why. */
function clocksApart(prometheusMs: number | null, databaseMs: number): LineAnswer | null {
  if (prometheusMs === null || Math.abs(databaseMs - prometheusMs) <= CLOCKS_APART_MS) return null;
  const seconds = Math.round(Math.abs(databaseMs - prometheusMs) / 1000);
  const side = databaseMs > prometheusMs ? "ahead of" : "behind";
  const detail = `The database's clock is ${seconds} s ${side} Prometheus's. Put the wrong one right.`;
  return { ok: false, fault: "clock", detail };
}

type Slot = {
  slotMs: number;
  askedAtMs: number;
  bundle: Bundle;
  lines: JudgedLine[];
  answers: ReadonlyMap<LineKey, LineAnswer>;
  evidence: () => Promise<FleetEvidence>;
  startedMs: number;
};

/** A slot ahead of ours by more than this was written by a clock that ran ahead: by now it has been put right. */
const AHEAD_INTERVALS = 2;

const isAhead = (newestMs: number | null, slotMs: number, intervalSeconds: number) =>
  newestMs !== null && newestMs > slotMs + AHEAD_INTERVALS * intervalSeconds * 1000;

const isTaken = ({ slotMs: newestMs }: LedgerState["newest"], slotMs: number, intervalSeconds: number) =>
  newestMs !== null && newestMs >= slotMs && !isAhead(newestMs, slotMs, intervalSeconds);

/** @returns superseded where it must be planned again */
async function planAndWrite(
  options: CycleOptions,
  slot: Slot,
  memory: { current: Memory },
): Promise<SlotResult | Extract<CommitResult, { kind: "superseded" }>> {
  const { ledger, intervalSeconds } = options;
  const { slotMs, lines } = slot;
  const keys = lines.map(({ lineKey }) => lineKey);
  const recorded = await ledger.read(slotMs, keys);
  const { newest } = recorded;
  if (isTaken(newest, slotMs, intervalSeconds)) return { kind: "lost" };
  const deletesFutureCycles = isAhead(newest.slotMs, slotMs, intervalSeconds);
  if (deletesFutureCycles)
    log.warn({ slotMs, newestSlotMs: newest.slotMs }, "The clock was put back; later cycles are forgotten.");
  const states = memory.current?.newestId === newest.id ? memory.current.states : await ledger.states();
  memory.current = null; // until it is known what was written
  const thresholdsOf = thresholdsBy(slot.bundle, await options.readAllSettings());

  const stopPlanning = cycleSeconds.startTimer({ stage: "plan" });
  const read = lines.map((line) =>
    readLine(line, answerOf(slot, line.lineKey), recorded.live, states.get(line.lineKey), slot.askedAtMs),
  );
  const records = read.map(({ record }) => record);
  const readings = new Map(read.map(({ record, readings }) => [record.lineKey, readings]));
  await applyDeployGrace(options, slot, readings, thresholdsOf);
  const input: PlanInput = {
    atMs: slotMs,
    intervalSeconds,
    lines: lines.map(
      ({ lineKey, signal, signalId }): PlannedLine => ({
        lineKey,
        worse: signal.worse,
        missingIsTold: signalId === "availability",
        unknownUntilMs: recorded.unknownUntilMs.get(lineKey) ?? null,
        readings: readings.get(lineKey) ?? null,
      }),
    ),
    live: recorded.live,
    evicted: recorded.evicted,
    thresholdsOf,
    states,
    alerts: recorded.alerts,
    threads: recorded.threads,
    newId: randomUUID,
  };
  const judged = judgeCycle(input);
  stopPlanning();

  // Before the mails: whether an alert is mailed now may depend on whose problem it is.
  const stopAttributing = cycleSeconds.startTimer({ stage: "attribute" });
  const { alerts } = recorded;
  const judgedSlot = { ...slot, intervalSeconds, readings, thresholdsOf, states, alerts, judged };
  const verdicts = await attributeSlot(options, judgedSlot, slot.evidence);
  const { attributions } = verdicts;
  const incidentOf = await incidentsBehind(options, judgedSlot, verdicts);
  const plan: CyclePlan = { states: judged.states, ...planMails(input, judged, incidentOf) };
  const verdictOf = await verdicts.verdictsIn(plan.mails);
  stopAttributing();

  const stopComposing = cycleSeconds.startTimer({ stage: "compose" });
  const composed = await composeMails(
    options,
    {
      bundle: slot.bundle,
      lines: new Map(lines.map((line) => [line.lineKey, line])),
      slotMs,
      askedAtMs: slot.askedAtMs,
      nowMs: plan.mails.length > 0 ? await ledger.nowMs() : slotMs,
      addresses: await ledger.addresses([...new Set(plan.mails.map(({ tenantId }) => tenantId))]),
      thresholdOf: (tenantId, lineKey) => thresholdsOf(tenantId).get(lineKey),
      valueOf: (tenantId, lineKey) => {
        const reading = readings.get(lineKey)?.get(tenantId);
        return reading?.kind === "value" ? reading.value : null;
      },
      verdictOf,
    },
    plan.mails,
  );
  stopComposing();

  const missed = missedBetween(newest.beforeMs, slotMs, intervalSeconds);
  const run = randomUUID();
  const stopWriting = cycleSeconds.startTimer({ stage: "write" });
  const write = {
    expectedId: newest.id,
    slotMs,
    intervalSeconds,
    missed,
    judged: recorded.live.size,
    deletesFutureCycles,
    records,
    evaluator: options.evaluator,
    run,
    elapsedMs: performance.now() - slot.startedMs,
    states: plan.states,
    alerts: plan.alerts,
    attributions,
    ...composed,
  };
  const result = await ledger.commit(write).catch((error) => readBack(ledger, run, slotMs, error));
  stopWriting();
  if (result.kind !== "committed") return result;
  if (result.newestId !== null)
    memory.current = { newestId: result.newestId, states: remember(states, plan) };
  for (const { lineKey, outcome, reason } of records)
    cyclesTotal.inc({ line: lineKey, outcome, reason: reason ?? "" });
  for (const { mail } of composed.mails) mailsWrittenTotal.inc({ kind: mail.kind });
  return { kind: "judged", records, missed, mails: composed.mails.length };
}

/** A line that wasn't asked can't be: the bundle of the questions is that of the plan. */
function answerOf({ answers }: Slot, lineKey: LineKey): LineAnswer {
  return answers.get(lineKey) ?? { ok: false, fault: "query", detail: "The line was not asked for." };
}

function missedBetween(beforeMs: number | null, slotMs: number, intervalSeconds: number): number {
  if (beforeMs === null) return 0;
  return Math.max(0, Math.round((slotMs - beforeMs) / (intervalSeconds * 1000)) - 1);
}

/** A connection lost in COMMIT: only the database can tell, so it is asked until it answers. */
async function readBack(ledger: Ledger, run: string, slotMs: number, error: unknown): Promise<CommitResult> {
  if (!(error instanceof CommitUnclearError)) throw error;
  for (let attempt = 1; ; attempt++) {
    try {
      const stands = await ledger.stands(run, slotMs);
      if (stands) return { kind: "committed", newestId: null };
      return { kind: "superseded", because: "the connection broke in COMMIT, which was undone" };
    } catch (cause) {
      if (attempt === STANDS_TRIES) throw cause;
      await sleep(STANDS_EVERY_MS);
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

const reported = new Set<string>();

/** Most tenants have set nothing, and share one map. */
function thresholdsBy(
  bundle: Bundle,
  settings: Map<string, ThresholdSetting[]>,
): (tenantId: string) => Map<LineKey, EffectiveThreshold> {
  const defaults = effectiveThresholds(bundle, []);
  const own = new Map<string, Map<LineKey, EffectiveThreshold>>();
  for (const [tenantId, set] of settings) {
    own.set(tenantId, effectiveThresholds(bundle, set));
    for (const { signal, line, version } of unusableSettings(set)) {
      const key = `${tenantId} ${signal}/${line} ${version}`;
      if (reported.has(key)) continue;
      reported.add(key);
      log.error(
        { tenant: tenantId, signal, line },
        "A threshold in the database can't be used; the default judges.",
      );
    }
  }
  return (tenantId) => own.get(tenantId) ?? defaults;
}
