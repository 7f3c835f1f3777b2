import type { SeriesView } from "@/lib/views/series/view";

type Bars = NonNullable<SeriesView["bars"]>;
type Bar = Bars["bars"][number];

/** Bars begin here, so that the difference between 99 % and 100 % can be seen at all; the page says so. */
export const BAR_FLOOR = 0.9;

export type DrawnBar = Bar & {
  /** up: within the threshold. down: beyond it. unknown: no probe arrived. */
  kind: "up" | "down" | "unknown";
  /** Height as a share of the row, 0 to 1. */
  height: number;
};

/**
 * The bars as they are drawn. A bar is never lower than a tenth, so that a total outage is seen as one, and an interval of
 * which nothing is known has the full height and a texture, so that it can't be taken for an outage or for health.
 * @param threshold the availability that would alert; null where none is set
 */
export function drawBars(bars: readonly Bar[], threshold: number | null): DrawnBar[] {
  return bars.map((bar) => {
    if (bar.share === null || bar.knownShare <= 0) return { ...bar, kind: "unknown", height: 1 };
    const above = (bar.share - BAR_FLOOR) / (1 - BAR_FLOOR);
    const down = threshold !== null && bar.share < threshold;
    return { ...bar, kind: down ? "down" : "up", height: Math.min(1, Math.max(0.1, above)) };
  });
}

/** How many intervals are beyond the threshold, and how many are unknown: the drawing in one sentence. */
export function barWords(bars: readonly DrawnBar[]): string {
  const down = bars.filter(({ kind }) => kind === "down").length;
  const unknown = bars.filter(({ kind }) => kind === "unknown").length;
  return `${bars.length} intervals: ${down} below the threshold, ${unknown} unknown.`;
}
