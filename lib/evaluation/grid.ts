import { slotAt } from "@/lib/infra/clock";
import type { Series } from "@/lib/prometheus/answer";
import { RANGES, type RangeId } from "./ranges";

/** The instants of a range query: from, from + step, … to. Both ends are slots that every viewer shares. */
export type Grid = { fromMs: number; toMs: number; stepSeconds: number };

/** A point of a drawn line: null is a gap. */
export type Point = [atMs: number, value: number | null];

/** What the health view judges by: the last hour, a point a minute. */
const TREND_SECONDS = 3_600;
export const TREND_STEP_SECONDS = 60;

/**
 * The instant that the page shows: the newest scrape slot at least one scrape interval old, so that its data has arrived.
 */
export function healthInstant(nowMs: number, scrapeIntervalSeconds: number): number {
  return slotAt(nowMs - scrapeIntervalSeconds * 1000, scrapeIntervalSeconds);
}

/** The last hour up to the health instant. */
export function healthGrid(nowMs: number, scrapeIntervalSeconds: number): Grid {
  const toMs = healthInstant(nowMs, scrapeIntervalSeconds);
  return { fromMs: toMs - TREND_SECONDS * 1000, toMs, stepSeconds: TREND_STEP_SECONDS };
}

/** A chart's range, aligned to its step, so that one answer serves every viewer until the next step. */
export function rangeGrid(range: RangeId, nowMs: number, scrapeIntervalSeconds: number): Grid {
  const { seconds, stepSeconds } = RANGES[range];
  return endingGrid(slotAt(nowMs - scrapeIntervalSeconds * 1000, stepSeconds), seconds, stepSeconds);
}

/** A grid of `seconds` up to `toMs`, which is a slot of it. */
export function endingGrid(toMs: number, seconds: number, stepSeconds: number): Grid {
  const steps = Math.floor(seconds / stepSeconds);
  return { fromMs: toMs - steps * stepSeconds * 1000, toMs, stepSeconds };
}

const AROUND_LEAST_MS = 30 * 60_000;
const AROUND_MOST_MS = 12 * 3_600_000;
const MOST_POINTS = 300;

/**
 * The time of an alert with what was before and after it, half its length on each side, at most about 300 points.
 * @param toMs its end, or now while it lasts
 * @param nowMs nothing is asked about later than the newest slot that has arrived
 */
export function gridAround(
  { fromMs, toMs }: { fromMs: number; toMs: number },
  nowMs: number,
  scrapeIntervalSeconds: number,
): Grid {
  const aroundMs = Math.min(Math.max((toMs - fromMs) / 2, AROUND_LEAST_MS), AROUND_MOST_MS);
  const seconds = (toMs - fromMs + 2 * aroundMs) / 1000;
  const stepSeconds = Math.ceil(seconds / MOST_POINTS / scrapeIntervalSeconds) * scrapeIntervalSeconds;
  const newestMs = slotAt(nowMs - scrapeIntervalSeconds * 1000, stepSeconds);
  const lastMs = Math.min(slotAt(toMs + aroundMs, stepSeconds) + stepSeconds * 1000, newestMs);
  const firstMs = Math.min(slotAt(fromMs - aroundMs, stepSeconds), lastMs - stepSeconds * 1000);
  return { fromMs: firstMs, toMs: lastMs, stepSeconds };
}

/** How fine to look for restarts: fine enough to see each pod that lived for minutes, coarse enough for a small answer. */
export function eventStepSeconds(rangeSeconds: number): number {
  if (rangeSeconds <= 86_400) return 60;
  return rangeSeconds <= 604_800 ? 300 : 1_200;
}

/** The grid's instants, oldest first. */
export function slotsOf({ fromMs, toMs, stepSeconds }: Grid): number[] {
  const count = Math.floor((toMs - fromMs) / (stepSeconds * 1000)) + 1;
  return Array.from({ length: count }, (_, index) => fromMs + index * stepSeconds * 1000);
}

/** The value at each slot. A slot without a sample, with NaN or with an infinity is a gap. */
export function fillGaps(series: Series | undefined, grid: Grid): Point[] {
  const values = new Map(series?.points);
  return slotsOf(grid).map((atMs) => {
    const value = values.get(atMs);
    return [atMs, value !== undefined && Number.isFinite(value) ? value : null];
  });
}
