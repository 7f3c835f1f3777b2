import type { LineKey } from "@/lib/evaluation/effective";
import type { CycleCount } from "./cycle-count";

/** What the evaluators did while they had nothing to report. */
export type Silence = {
  /** From here on it is counted, and why from here. */
  sinceMs: number;
  from: "mail" | "live" | "records";
  /** Judgements of one line each. */
  evaluations: number;
  /** Slots in which a line could not be judged, and those in which nobody tried. */
  failed: number;
  missed: number;
};

/** Cycles are kept a little longer than that. */
export const SILENCE_KNOWN_MS = 30 * 86_400_000;

/** From when on silence is to be proven: the last alert mail, the day the tenant went live, or as far back as is known. */
export function silenceSince(
  { lastMailMs, liveSinceMs }: { lastMailMs: number | null; liveSinceMs: number | null },
  nowMs: number,
): Pick<Silence, "sinceMs" | "from"> {
  const known: Pick<Silence, "sinceMs" | "from">[] = [
    { sinceMs: nowMs - SILENCE_KNOWN_MS, from: "records" },
    ...(liveSinceMs === null ? [] : [{ sinceMs: liveSinceMs, from: "live" } as const]),
    ...(lastMailMs === null ? [] : [{ sinceMs: lastMailMs, from: "mail" } as const]),
  ];
  return known.reduce((latest, each) => (each.sinceMs > latest.sinceMs ? each : latest));
}

/**
 * The proof for one tenant, from the cycles of the lines that it has.
 *
 * Where the first cycle is younger than the time asked for, it is counted from that cycle on: before it there was no evaluator.
 * @returns null where nothing was ever evaluated; just after a mail, a count of nothing
 */
export function silenceOf(
  counts: readonly CycleCount[],
  lines: ReadonlySet<LineKey>,
  since: Pick<Silence, "sinceMs" | "from">,
): Silence | null {
  const own = counts.filter(({ lineKey }) => lines.has(lineKey));
  if (own.length === 0)
    return since.from === "mail" ? { ...since, evaluations: 0, failed: 0, missed: 0 } : null;
  const sum = (read: (count: CycleCount) => number) => own.reduce((total, count) => total + read(count), 0);
  const oldestMs = Math.min(...own.map((count) => count.oldestMs));
  const missed = sum((count) => count.missed);
  // The first cycle of all has no missed slots before it; one after a gap counts them.
  const began = missed === 0 && oldestMs - since.sinceMs > 600_000;
  return {
    ...(began ? { sinceMs: oldestMs, from: "records" as const } : since),
    evaluations: sum((count) => count.good),
    failed: sum((count) => count.failed + count.guarded),
    missed,
  };
}
