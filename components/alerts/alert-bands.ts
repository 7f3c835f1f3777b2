import type { Band } from "@/components/charts/bands";
import type { AlertView } from "@/lib/alerts/view";

/**
 * The alert's states on the time axis: pending up to the firing, firing, and the recovery hold before a recovery. An alert that
 * lasts reaches to the end of the chart.
 */
export function alertBandsOf(
  {
    breachedAtMs,
    firedAtMs,
    ended,
    threshold,
  }: Pick<AlertView, "breachedAtMs" | "firedAtMs" | "ended" | "threshold">,
  toMs: number,
): Band[] {
  const endMs = ended?.atMs ?? toMs;
  const holdMs = ended?.reason === "recovered" ? threshold.recoverForSeconds * 1000 : 0;
  const backMs = Math.max(firedAtMs, endMs - holdMs);
  const bands: Band[] = [
    { kind: "pending", fromMs: breachedAtMs, toMs: firedAtMs },
    { kind: "firing", fromMs: firedAtMs, toMs: backMs },
    { kind: "recovering", fromMs: backMs, toMs: endMs },
  ];
  return bands.filter((band) => band.toMs > band.fromMs);
}
