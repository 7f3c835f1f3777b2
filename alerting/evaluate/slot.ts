import type { AttributeOptions } from "@/alerting/attribute/attribute";
import type { FleetEvidence } from "@/alerting/attribute/evidence-questions";
import type { ComposeOptions } from "@/alerting/compose/compose";
import type { JudgedLine, LineAnswer } from "@/alerting/fleet/questions";
import type { CycleRecord } from "@/lib/alerts/cycle";
import type { Ledger, LedgerState, LineStates } from "@/lib/alerts/ledger/store";
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
    /** All questions of a cycle together are given up after this. */
    askWithinMs: number;
    stop: AbortSignal;
  };

/** What is asked because of the cycle's own answers comes after them, and gets this share of their time. */
export const FOLLOW_UP_SHARE = 0.5;

/** What became of a slot here. `error`s are thrown. */
export type SlotResult =
  | { kind: "judged"; records: CycleRecord[]; missed: number; mails: number }
  | { kind: "lost" | "no-bundle" | "stopped" };

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
  startedMs: number;
};

/** A slot ahead of ours by more than this was written by a clock that ran ahead: by now it has been put right. */
const AHEAD_INTERVALS = 2;

/** Whether the newest slot was written by a clock that ran ahead. */
export const isAhead = (newestMs: number | null, slotMs: number, intervalSeconds: number) =>
  newestMs !== null && newestMs > slotMs + AHEAD_INTERVALS * intervalSeconds * 1000;

/** Whether another evaluator has judged the slot already. */
export const isTaken = (
  { slotMs: newestMs }: LedgerState["newest"],
  slotMs: number,
  intervalSeconds: number,
) => newestMs !== null && newestMs >= slotMs && !isAhead(newestMs, slotMs, intervalSeconds);
