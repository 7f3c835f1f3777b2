import type { LineKey } from "@/lib/evaluation/effective";
import type { StepReading } from "@/lib/evaluation/step";
import type { FailureCode } from "@/lib/prometheus/answer";
import type { UnusableReason } from "@/lib/prometheus/read-series";
import type { LineState } from "./judge";

/** Why a cycle judged nothing. Beside what Prometheus can do: */
export type CycleFault =
  | FailureCode
  | "several-series" // the query gives every tenant more than one series
  | "clock" // the database's clock and Prometheus's are too far apart: the readings would be of another time
  | "ungrouped" // the query can't be asked for all tenants at once
  | "gone" // most tenants of the last good cycle were suddenly without data
  | "nobody"; // no tenant has data, and none ever had: the set-up is wrong, and no capability

/** Why one tenant's metrics can't be judged by in a cycle that judged the others. */
export type UnusableCause = UnusableReason | "several-series";

/** What one cycle was for one judged line. good: judged; failed: could not ask; guarded: not trusted. */
export type CycleRecord = {
  lineKey: LineKey;
  outcome: "good" | "failed" | "guarded";
  reason: CycleFault | null;
  /** For the operator. */
  detail: string | null;
  /** Tenants with something to judge, or with too little traffic to. */
  answered: number;
  /** Series without a valid tenant label. */
  dropped: number;
  /** The judged tenants whose own metrics can't be used. */
  unusable: readonly (readonly [tenantId: string, cause: UnusableCause])[];
};

/** So many tenants are named in a cycle's detail. */
const NAMED_AT_MOST = 5;

/** Whose metrics a good cycle could not use: for the operator, who is the only one that may read others' names. */
export function unusableWords(unusable: CycleRecord["unusable"]): string | null {
  if (unusable.length === 0) return null;
  const named = unusable.slice(0, NAMED_AT_MOST).map(([tenantId, cause]) => `${tenantId} (${cause})`);
  const more = unusable.length - named.length;
  return `Left out, each for its own metrics: ${named.join(", ")}${more > 0 ? ` and ${more} more` : ""}.`;
}

/** With fewer tenants, "most" means nothing: when the only one is gone, it is reported as missing. */
const LEAST_CROWD = 2;

/**
 * Whether so many tenants vanished at once that the platform's measuring failed, and not they.
 *
 * That is when fewer than half of those answer that had data in the last good cycle, which their states record. A tenant that is
 * scaled to zero vanished on purpose, and is left out.
 * @param readings of every tenant that is judged
 * @param states before the cycle
 */
export function massDisappearance(
  readings: ReadonlyMap<string, StepReading>,
  states: ReadonlyMap<string, LineState> | undefined,
): { gone: boolean; answered: number; before: number } {
  let answered = 0;
  let before = 0;
  let still = 0;
  for (const [tenantId, { kind }] of readings) {
    if (kind === "not-wanted") continue;
    const answers = kind !== "no-data";
    if (answers) answered += 1;
    const data = states?.get(tenantId)?.step.data;
    if (!data || data.absent !== null || (data.kind !== "fresh" && data.kind !== "no-traffic")) continue;
    before += 1;
    if (answers) still += 1;
  }
  return { gone: before >= LEAST_CROWD && still * 2 < before, answered, before };
}

/**
 * Whether a line has data of no tenant and never had any: another store, a misspelt metric, the wrong tenant label or header. That
 * is nothing that any owner could fix, or should be mailed about.
 * @param readings of every tenant that is judged
 * @param states before the cycle: what once was fresh, or without traffic, is kept there
 */
export function hasDataOfNobody(
  readings: ReadonlyMap<string, StepReading>,
  states: ReadonlyMap<string, LineState> | undefined,
): boolean {
  const wanted = [...readings.values()].filter(({ kind }) => kind !== "not-wanted");
  if (wanted.length === 0) return false;
  for (const { kind } of wanted) if (kind !== "no-data") return false;
  for (const { step } of states?.values() ?? []) if (hadData(step)) return false;
  return true;
}

/** A state that went missing before there was anything to judge was never fresh. */
function hadData({ judged, data }: LineState["step"]): boolean {
  if (data.kind === "fresh" || data.kind === "no-traffic") return true;
  return judged.condition !== "ok" || judged.sinceMs !== null;
}
