import type { SignalView } from "@/lib/evaluation/view";
import type { Row } from "./shape";

/** What the page shows of a signal beside its chart, and the instant that it is of. */
export type ShownSignal = { asOfMs: number; signal: Pick<SignalView, "lines" | "drawn"> };

/** A chart that is this much newer than the values beside it has newer values of its own. */
const OLDER_MS = 60_000;

/**
 * The rows of a chart, the last of which has the values that the page shows beside it: a chart's own last point is of its last
 * step, which may be hours ago, and may be a mean over its step. No row is later than that one.
 * @param shown null where the page shows none
 * @returns newestMs: the instant of that row; null where the chart has to do with its own points
 */
export function withNewestRow(
  rows: Row[],
  lines: readonly { id: string }[],
  shown: ShownSignal | null,
): { rows: Row[]; newestMs: number | null } {
  const last = rows.at(-1);
  if (!shown || !last || last.atMs - shown.asOfMs > OLDER_MS) return { rows, newestMs: null };
  const known = new Map<string, number | null>();
  for (const { id, value } of shown.signal.drawn ?? []) known.set(id, value);
  for (const { id, reading } of shown.signal.lines)
    known.set(id, reading.kind === "value" && Number.isFinite(reading.value) ? reading.value : null);
  const values = lines.map(({ id }) => known.get(id) ?? null);
  const before = rows.filter(({ atMs }) => atMs < shown.asOfMs);
  return { rows: [...before, { atMs: shown.asOfMs, values }], newestMs: shown.asOfMs };
}
