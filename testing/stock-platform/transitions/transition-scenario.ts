import { healthyCapability } from "../capability";
import type { StockSeries } from "../exporters";
import { STOCK_NOW_MS } from "../scenario";

/**
 * A tenant's ninety minutes with what the evaluator must make of them, judged by hand.
 *
 * `story` has every turn of every line, as `condition minute` and `data minute` in order; a line that isn't named never turns. Minutes
 * count up to the end, 0. Slots are half a minute apart, and scrapes are at 7, 22, 37 and 52 s of a minute, so what begins at minute m
 * is first seen at m + 0.5. No sample says that a series ended: as after a restart of Prometheus, the last one is found for 5 minutes.
 */
export type TransitionScenario = {
  /** The tenant's id. */
  id: string;
  what: string;
  /** Why the turns are when they are. */
  why: string;
  series: StockSeries[];
  story: Record<string, string>;
};

type At = StockSeries["at"];

/** From a minute on, up to another, one value; otherwise as before. */
export const during =
  (from: number, to: number, value: number | null) =>
  (before: At): At =>
  (minute) =>
    minute >= from && minute < to ? value : before(minute);

/** Nothing from a minute on. */
export const until =
  (end: number) =>
  (before: At): At =>
  (minute) =>
    minute < end ? before(minute) : null;

/** A counter whose rate changes at minutes, from an odd start. */
export const growingBy =
  (...rates: [fromMinute: number, perSecond: number][]): At =>
  (minute) =>
    rates.reduce((sum, [from, perSecond], index) => {
      const to = Math.min(minute, rates[index + 1]?.[0] ?? minute);
      return sum + Math.max(0, to - from) * 60 * perSecond;
    }, 12_345);

/** A counter that grows by one at each of these minutes. */
export const steppingAt =
  (minutes: readonly number[], start = 7): At =>
  (minute) =>
    start + minutes.filter((each) => each <= minute).length;

type Matcher = (series: StockSeries) => boolean;

/** The series of a name, with these labels. */
export const seriesNamed =
  (name: string, labels: Record<string, string> = {}): Matcher =>
  (series) =>
    series.name === name && Object.entries(labels).every(([label, value]) => series.labels[label] === value);

/** A healthy capability in which some series are otherwise, and some are added. */
export function capabilityWith(
  id: string,
  changes: readonly [Matcher, (before: At) => At][],
  more: readonly StockSeries[] = [],
): StockSeries[] {
  const changed = healthyCapability(id, STOCK_NOW_MS).map((series) => {
    const change = changes.find(([matches]) => matches(series))?.[1];
    return change ? { ...series, at: change(series.at) } : series;
  });
  return [...changed, ...more];
}
