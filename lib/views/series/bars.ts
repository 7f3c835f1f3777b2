import { endingGrid, fillGaps, type Grid } from "@/lib/evaluation/grid";
import { RANGES, type RangeId } from "@/lib/evaluation/ranges";
import { slotAt } from "@/lib/infra/clock";
import type { Series } from "@/lib/prometheus/answer";
import type { SeriesView } from "./view";

export type AvailabilityBars = NonNullable<SeriesView["bars"]>;

/** How long a bar is, for the ranges that have bars. */
const BAR_SECONDS: Partial<Record<RangeId, number>> = { "24h": 3_600, "7d": 21_600, "30d": 86_400 };

/** The bars of all ranges end at the same slot, so that a longer range holds every outage of a shorter one. */
const BARS_END_SECONDS = 300;

/**
 * Where to ask for a range's bars: each slot is the end of a bar, and each question looks back by one bar. They end now, whatever
 * the step of the range's chart: a month that ends hours ago would say nothing of the outage that its owner looks for.
 * @returns null for a range too short for bars
 */
export function barsGrid(rangeId: RangeId, nowMs: number, scrapeIntervalSeconds: number): Grid | null {
  const seconds = BAR_SECONDS[rangeId];
  if (seconds === undefined) return null;
  const toMs = slotAt(nowMs - scrapeIntervalSeconds * 1000, BARS_END_SECONDS);
  return endingGrid(toMs, RANGES[rangeId].seconds - seconds, seconds);
}

/**
 * Availability in bars.
 *
 * A bar's share is the successful probes ÷ the probes that arrived in it. Its known share is the probes that arrived ÷ the
 * probes that were due, one every scrape interval. Time in which no probe arrived is neither up nor down: the share of the whole
 * range is Σ(share × known share) ÷ Σ(known share), and the range's known share is the mean of the bars'.
 * @param up share of successful probes over one bar, at each bar's end
 * @param arrived probes that arrived over one bar, at each bar's end
 */
export function availabilityBars(
  up: Series | undefined,
  arrived: Series | undefined,
  grid: Grid,
  scrapeIntervalSeconds: number,
): AvailabilityBars {
  const due = grid.stepSeconds / scrapeIntervalSeconds;
  const counts = fillGaps(arrived, grid);
  const bars = fillGaps(up, grid).map(([toMs, share], index) => {
    // No count is no probe: a bar where none arrived is wholly unknown, and a share without a count isn't one.
    const count = counts[index]?.[1] ?? null;
    const knownShare = count === null || share === null ? 0 : Math.min(1, count / due);
    return {
      fromMs: toMs - grid.stepSeconds * 1000,
      toMs,
      share: knownShare === 0 ? null : share,
      knownShare,
    };
  });
  const knownSum = bars.reduce((sum, bar) => sum + bar.knownShare, 0);
  const upSum = bars.reduce((sum, bar) => (bar.share === null ? sum : sum + bar.share * bar.knownShare), 0);
  return {
    intervalSeconds: grid.stepSeconds,
    bars,
    share: knownSum === 0 ? null : upSum / knownSum,
    knownShare: bars.length === 0 ? 0 : knownSum / bars.length,
    downtime: null,
  };
}
