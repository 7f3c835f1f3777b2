import { lastOf } from "@/lib/evaluation/reading";
import type { LineView, Reading, SignalView } from "@/lib/evaluation/view";
import type { HealthView } from "@/lib/views/health/view";
import { formatDuration, formatHold, formatThreshold, formatValue, NO_VALUE } from "@/lib/wording/format";
import { inSentence, partList } from "@/lib/wording/sentence";

/** The number that a card shows big: the present value, else the last known. `faded` says that it isn't the present. */
export function bigValue(reading: Reading, unit: SignalView["unit"]): { text: string; faded: boolean } {
  if (reading.kind === "value") return { text: formatValue(reading.value, unit), faded: false };
  const last = lastOf(reading);
  return { text: last ? formatValue(last.value, unit) : NO_VALUE, faded: true };
}

/** When the number shown was sampled; null where there is none. */
export function sampledAtMs(reading: Reading): number | null {
  if (reading.kind === "value" || reading.kind === "no-traffic") return reading.sampledAtMs;
  return lastOf(reading)?.sampledAtMs ?? null;
}

/** "alert > 1 s for 5 min", "alert switched off" */
export function lineThresholdWords(line: LineView, signal: Pick<SignalView, "worse" | "unit">): string {
  if (!line.threshold.enabled) return "alert switched off";
  const limit = formatThreshold(line.threshold, signal.worse, signal.unit);
  return line.threshold.forSeconds === 0
    ? `alert ${limit}`
    : `alert ${limit} ${formatHold(line.threshold.forSeconds)}`;
}

/**
 * What there is to say of a line besides its number, in a few words; null where its number says it all.
 * @param atMs the instant that the view is of
 */
export function noteWords(line: LineView, atMs: number): string | null {
  const { reading } = line;
  if (reading.kind === "no-traffic") {
    const seen = Math.round(reading.requests);
    return `${seen} ${seen === 1 ? "request" : "requests"}; ${reading.minimum} needed to judge`;
  }
  if (reading.kind === "no-data") {
    if (reading.isZeroUnknown) return "Not known whether it is scaled to zero";
    if (reading.missingParts) return `No data from ${partList(reading.missingParts)}`;
    return reading.last ? "Last known value" : "Nothing has arrived";
  }
  if (reading.kind === "unknown") return reading.reason.message;
  if (reading.kind === "no-limit") return `No container limit is reported for ${inSentence(line.label)}`;
  if (reading.kind === "scaled-to-zero") return "No replica is wanted";
  if (line.conditionSinceMs === null || line.status === "ok" || line.status === "unknown") return null;
  const since = formatDuration(atMs - line.conditionSinceMs);
  if (line.status === "pending")
    return `Breaching for ${since} of ${formatDuration(line.threshold.forSeconds * 1000)}`;
  if (line.status === "firing") return `Alerting for ${since}`;
  if (line.status === "recovering")
    return `Within the threshold for ${since} of ${formatDuration(line.threshold.recoverForSeconds * 1000)}`;
  return null;
}

/** The note of a card, with what of its signal will be full within a week; null where there is neither. */
export function cardNote(
  signal: SignalView,
  forecasts: HealthView["forecasts"],
  atMs: number,
): string | null {
  const note = noteWords({ ...(signal.lines[0] ?? signal), status: signal.status }, atMs);
  const soon = forecasts?.find((each) => each.signal === signal.id && each.onCard)?.onCard;
  return [note, soon].filter(Boolean).join(" · ") || null;
}
