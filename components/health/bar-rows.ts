import type { Downtime } from "@/lib/attribution/downtime";
import { formatValue } from "@/lib/wording/format";
import type { DrawnBar } from "./bar-shape";
import { downtimeInWords } from "./downtime-words";

/** A row of the table behind the bars: what each cell reads. */
export type BarRow = { fromMs: number; available: string; known: string; downtime: string };

/**
 * The bars as rows, newest first.
 * @param downtime in the order of the bars; null where it isn't attributed
 */
export function barRowsOf(bars: readonly DrawnBar[], downtime: readonly Downtime[] | null): BarRow[] {
  return bars
    .map(({ fromMs, kind, share, knownShare }, index) => ({
      fromMs,
      available: kind === "unknown" ? "unknown" : formatValue(share, "share"),
      known: formatValue(knownShare, "share"),
      downtime: downtimeInWords(downtime?.[index] ?? null, knownShare),
    }))
    .reverse();
}
