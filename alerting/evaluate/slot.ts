import type { AttributeOptions } from "@/alerting/attribute/attribute";
import type { FleetEvidence } from "@/alerting/attribute/evidence-questions";
import type { ComposeOptions } from "@/alerting/compose/compose";
import type { JudgedLine, LineAnswer } from "@/alerting/fleet/questions";
import type { Budget } from "@/alerting/runtime/budget";
import type { CycleRecord } from "@/lib/alerts/cycle";
import type { Ledger, LineStates } from "@/lib/alerts/ledger/store";
import type { PlatformEvent } from "@/lib/alerts/platform-event";
import type { Bundle } from "@/lib/catalogue/bundle";
import type { LineKey, ThresholdSetting } from "@/lib/evaluation/effective";
import type { Fleet } from "@/lib/prometheus/fleet";
import type { IncidentOptions } from "./incidents";

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
    /** All questions of a cycle together are given up after this. What is asked because of their answers isn't among them. */
    askWithinMs: number;
    /** All that a cycle asks, follow-ups included, is given up after this. */
    askAllWithinMs: number;
    stop: AbortSignal;
    /** The evaluators' time, by that of the database's clock, in ms: where slots of another time are judged, they differ. */
    clockOf(databaseMs: number): number;
  };

/** A follow-up that is needed to judge has at most this share of the time of the cycle's own questions. */
export const FOLLOW_UP_SHARE = 0.5;

/** What became of a slot here. `error`s are thrown. */
export type SlotResult =
  | {
      kind: "judged";
      records: CycleRecord[];
      missed: number;
      mails: number;
      run: string;
      event: PlatformEvent | null;
      /** Why it isn't known who is scaled to zero; null: it is, or nobody had to be asked for. */
      zeroUnanswered: string | null;
    }
  | { kind: "lost" | "no-bundle" | "stopped" }
  /** Given up: it was past, or the clock was put back, when it was to be written. */
  | { kind: "late" }
  /** Cycles lie ahead of the database's clock, which the other clocks contradict: nothing is deleted, nothing written. */
  | { kind: "clock" };

/** What this process wrote last: as long as nobody else writes, the states need not be read again. */
export type Memory = { newestId: string; states: LineStates } | null;

/** What is asked and known of a slot before it is planned; the same for every plan of it. */
export type Slot = {
  slotMs: number;
  askedAtMs: number;
  bundle: Bundle;
  lines: JudgedLine[];
  answers: ReadonlyMap<LineKey, LineAnswer>;
  evidence: () => Promise<FleetEvidence>;
  /** For all follow-ups of all plans. */
  budget: Budget;
  startedMs: number;
};

/** When a slot is written, beside the others. current: it may be written. ahead: later cycles of a clock that ran ahead keep it from being written. */
export type SlotTiming = "current" | "late" | "taken" | "ahead";

/** Cycles later than now by more than this were written by a clock that ran ahead. */
const AHEAD_INTERVALS = 2;
/** What is written later than this is about a time that is over. A slow cycle may run into the next slot. */
const LATE_INTERVALS = 2;
const LATE_AT_LEAST_MS = 10_000;

/**
 * Whether a slot may be written, by the clock of this moment and not of the one in which it was begun: a worker that stood
 * still must not take itself for a clock that was put back.
 * @param nowMs of the evaluators' clock, asked after `newestMs` was read
 * @param newestMs the newest slot written; null: none
 */
export function slotTiming(
  slotMs: number,
  nowMs: number,
  newestMs: number | null,
  intervalSeconds: number,
): SlotTiming {
  const intervalMs = intervalSeconds * 1000;
  const isPast = nowMs - slotMs >= Math.max(LATE_INTERVALS * intervalMs, LATE_AT_LEAST_MS);
  if (isPast || slotMs > nowMs) return "late";
  if (newestMs === null || newestMs < slotMs) return "current";
  return newestMs > nowMs + AHEAD_INTERVALS * intervalMs ? "ahead" : "taken";
}
