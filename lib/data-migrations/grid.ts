import type { Grid } from "@/lib/evaluation/grid";
import { slotAt } from "@/lib/infra/clock";

const MOST_POINTS = 280;
/** Charts of a run that has only just begun are this wide. */
const LEAST_SECONDS = 1_800;

/**
 * The instants at which a run is looked at: from its start to its end, or to now, at most about 280 of them. Both ends are slots, so
 * that all viewers ask the same.
 * @param toMs its end; null while it lasts
 */
export function runGrid(
  { fromMs, toMs }: { fromMs: number; toMs: number | null },
  nowMs: number,
  scrapeIntervalSeconds: number,
): Grid {
  const arrivedMs = nowMs - scrapeIntervalSeconds * 1000;
  const lastMs = Math.min(toMs ?? arrivedMs, arrivedMs);
  const seconds = Math.max(LEAST_SECONDS, (lastMs - fromMs) / 1000);
  const stepSeconds = Math.max(
    scrapeIntervalSeconds,
    Math.ceil(seconds / MOST_POINTS / scrapeIntervalSeconds) * scrapeIntervalSeconds,
  );
  const stepMs = stepSeconds * 1000;
  // For a run that is over, the slot after its end is asked for, too: its last report lies before it.
  const endMs = Math.min(
    slotAt(lastMs, stepSeconds) + (toMs === null ? 0 : stepMs),
    slotAt(arrivedMs, stepSeconds),
  );
  const steps = Math.floor(seconds / stepSeconds) + 1;
  return { fromMs: endMs - steps * stepMs, toMs: endMs, stepSeconds };
}
