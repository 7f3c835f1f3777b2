import type { SignalId } from "@/lib/catalogue/bundle";
import { DEPLOY_GRACE_MS } from "@/lib/evaluation/deploy-grace";
import { STRAIGHT_DOWN_TO } from "@/lib/views/series/chart-scale";
import { formatDuration, formatValue } from "@/lib/wording/format";

const NOTES: Partial<Record<SignalId, string>> = {
  availability: `Where availability falls below ${formatValue(STRAIGHT_DOWN_TO, "share")}, its scale is stretched towards 100\u00a0%.`,
  restarts: `Restarts in the ${formatDuration(DEPLOY_GRACE_MS)} after a deployment are drawn, and don’t count.`,
};

/** What there is to know of a chart's drawing. Above the charts, whatever they show: what comes with their data would move them. */
export function ChartNotes({ signals }: { signals: readonly SignalId[] }) {
  return signals.flatMap((id) => (NOTES[id] ? [<span key={id}>{NOTES[id]}</span>] : []));
}
