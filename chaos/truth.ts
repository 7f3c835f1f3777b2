import type { TruthChange } from "./evidence";
import type { ChaosLine } from "./plan";

/** What a line is while all is well, and while it breaches. Availability breaches below its threshold, the others above theirs. */
export const GOOD_AND_BREACHING: Record<ChaosLine, { good: number; breaching: number; threshold: number }> = {
  "availability/availability": { good: 1, breaching: 0.5, threshold: 0.85 },
  "latency/p95": { good: 0.2, breaching: 4, threshold: 1 },
  "error-rate/error-rate": { good: 0, breaching: 0.5, threshold: 0.05 },
};

/** A time in which one value held. toMs: Infinity for the newest. */
export type Held = { fromMs: number; toMs: number; value: number; isBreach: boolean };

/** By capability and line, the times of each value, without a gap from the first change on. */
export type Truth = { of(capability: string, line: string): readonly Held[] };

export function truthOf(changes: readonly TruthChange[]): Truth {
  const byLine = new Map<string, Held[]>();
  for (const { capability, line, atMs, value } of [...changes].sort((a, b) => a.atMs - b.atMs)) {
    const key = `${capability} ${line}`;
    const held = byLine.get(key) ?? [];
    const last = held.at(-1);
    if (last) last.toMs = atMs;
    const isBreach = value === GOOD_AND_BREACHING[line].breaching;
    held.push({ fromMs: atMs, toMs: Number.POSITIVE_INFINITY, value, isBreach });
    byLine.set(key, held);
  }
  return { of: (capability, line) => byLine.get(`${capability} ${line}`) ?? [] };
}

/** What held at some moment from one time to another, both included. */
export const heldWithin = (held: readonly Held[], fromMs: number, toMs: number): Held[] =>
  held.filter((each) => each.fromMs <= toMs && each.toMs >= fromMs);
