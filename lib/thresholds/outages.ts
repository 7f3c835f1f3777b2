import type { SignalId } from "@/lib/catalogue/bundle";
import type { ReplayPoint } from "@/lib/evaluation/replay";

/**
 * Beyond this a signal is an outage, whatever the capability: no suggestion lies beyond it, and none is made to keep quiet about it.
 * In the signal's own unit; null: a value has no such bound, such as a processor that is used fully by design.
 */
export const OUTAGE_BOUNDS: Readonly<Record<SignalId, number | null>> = {
  availability: 0.9,
  "error-rate": 0.2,
  saturation: null,
  latency: 10,
  restarts: 10,
};

/** Two outages with less than this between them are one: a mean over some minutes may come back for a moment. */
const APART_MS = 30 * 60_000;

/** A stretch beyond the bound: its first and its last point. */
export type PastOutage = { fromMs: number; toMs: number };

/** @param bound null: there are none */
export function outagesOf(
  points: readonly ReplayPoint[],
  bound: number | null,
  worse: "higher" | "lower",
): PastOutage[] {
  const outages: PastOutage[] = [];
  for (const { atMs, reading } of points) {
    if (bound === null || reading.kind !== "value" || !isBeyond(reading.value, bound, worse)) continue;
    const open = outages.at(-1);
    if (open && atMs - open.toMs < APART_MS) open.toMs = atMs;
    else outages.push({ fromMs: atMs, toMs: atMs });
  }
  return outages;
}

export const isBeyond = (value: number, bound: number, worse: "higher" | "lower"): boolean =>
  worse === "higher" ? value > bound : value < bound;
