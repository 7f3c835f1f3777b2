import { type Scale, scaleOf } from "./scale";
import type { SeriesView } from "./view";

/** A chart's scale with the place of each value on it. */
export type ChartScale = Scale & {
  /** Where a value lies between bottom, 0, and top, 1. */
  heightOf(value: number): number;
  /** 99 % and 99.9 % lie further apart than 10 % and 20 %. */
  isStretched: boolean;
};

/** On a straight scale that begins below this, 99.9 % and 100 % are one line. */
export const STRAIGHT_DOWN_TO = 0.97;
/** The shares that a stretched scale names. */
const NAMED_SHARES = [0, 0.9, 0.99, 0.999, 1];
/** A missing share as small as this lies as close to the top as can be seen. */
const SMALLEST_SHARE = 0.0005;

const depthOf = (share: number) => Math.log10(1 + Math.max(0, 1 - share) / SMALLEST_SHARE);

/**
 * The scale of a chart on a page. It is straight, except for a share of which less is worse and that has room for an outage: there
 * the missing share is drawn by its power of ten, so that 99 % differs visibly from 99.9 % beside a total outage.
 * @param values what is drawn, without gaps
 * @param thresholds the values of the threshold lines
 */
export function chartScaleOf(
  values: readonly number[],
  thresholds: readonly number[],
  worse: SeriesView["worse"],
  unit: Parameters<typeof scaleOf>[3],
): ChartScale {
  const straight = scaleOf(values, thresholds, worse, unit);
  const { bottom, top } = straight;
  if (worse === "higher" || unit !== "share" || top > 1 || bottom >= STRAIGHT_DOWN_TO)
    return { ...straight, isStretched: false, heightOf: (value) => (value - bottom) / (top - bottom) };
  const lowest = Math.min(...values, ...thresholds) < 0.9 ? 0 : 0.9;
  return {
    bottom: lowest,
    top: 1,
    ticks: NAMED_SHARES.filter((share) => share >= lowest),
    isStretched: true,
    heightOf: (value) => 1 - depthOf(value) / depthOf(lowest),
  };
}
