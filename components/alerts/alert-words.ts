import type { AlertView } from "@/lib/alerts/view";
import { formatDuration, formatHold, formatThreshold, formatValue } from "@/lib/wording/format";

/** A value of an alert. Where the platform no longer measures it, the number has lost its unit. */
export function alertValue(value: number, { unit }: Pick<AlertView, "unit">): string {
  return unit === null ? String(value) : formatValue(value, unit);
}

/** "> 5 % for 5 min": the threshold at the time. */
export function thresholdThen({
  threshold,
  worse,
  unit,
}: Pick<AlertView, "threshold" | "worse" | "unit">): string {
  return `${formatThreshold(threshold, worse, unit ?? "count")} ${formatHold(threshold.forSeconds)}`;
}

/** How an alert ended, or that it lasts. @param nowMs the server's clock */
export function endWords({ ended, firedAtMs, missingSinceMs }: AlertView, nowMs: number): string {
  if (!ended)
    return missingSinceMs === null
      ? `Ongoing for ${formatDuration(nowMs - firedAtMs)}`
      : `Ongoing for ${formatDuration(nowMs - firedAtMs)}, without data for ${formatDuration(nowMs - missingSinceMs)}`;
  const lasted = formatDuration(ended.atMs - firedAtMs);
  switch (ended.reason) {
    case "recovered":
      return `Recovered after ${lasted}`;
    case "cancelled":
      return `Ended after ${lasted}: no longer watched`;
    case "expired":
      return `Ended after ${lasted}: no data for a day`;
    case "offboarded":
      return `Ended after ${lasted}: no longer live`;
    case "evicted":
      return `Ended after ${lasted}: not serving by agreement`;
  }
}
