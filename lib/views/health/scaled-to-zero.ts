import type { Bundle } from "@/lib/catalogue/bundle";
import type { Ask } from "@/lib/evaluation/ask";
import { endingGrid, eventStepSeconds, type Grid } from "@/lib/evaluation/grid";
import { leastWantedQuery } from "@/lib/evaluation/scaled-to-zero";
import { statusOf } from "@/lib/evaluation/status";
import { breaches } from "@/lib/evaluation/threshold";
import type { LineView } from "@/lib/evaluation/view";
import { slotAt } from "@/lib/infra/clock";
import type { Series } from "@/lib/prometheus/answer";

/** Since when no replica is wanted. orEarlier: it was so at the first instant that is known. */
type Beginning = { sinceMs: number; orEarlier: boolean };

/** No replica is wanted; or some are again, and weren't at a time in the window. */
export type ZeroPhase = ({ kind: "at-zero" } & Beginning) | { kind: "starting" };

const DAY_SECONDS = 86_400;
const DAY_STEP_SECONDS = eventStepSeconds(7 * DAY_SECONDS);

/**
 * Asks whether the operator of a capability wants no replica of it, and nothing else of it runs; or did so until just now.
 *
 * One question, and up to three more where it may be so. Since when is looked for in the last hour by the minute, and before that in
 * a day by five minutes.
 * @returns null where it isn't so, or where that can't be asked: then what is missing counts as missing
 */
export async function askScaledToZero(bundle: Bundle, ask: Ask, grid: Grid): Promise<ZeroPhase | null> {
  const { scaledToZero, replicasWanted } = bundle.runtime;
  const { windowSeconds } = bundle.signals.availability;
  if (!scaledToZero) return null;
  const least = await ask.instant(leastWantedQuery(bundle), windowSeconds, grid.toMs);
  if (!least.ok || least.data[0]?.value !== 0) return null;
  const answer = await ask.instant(scaledToZero, windowSeconds, grid.toMs);
  if (!answer.ok || answer.data.length === 0) return null;
  const hour = await ask.range(replicasWanted, windowSeconds, grid);
  if (!hour.ok) return null;
  const points = pointsOf(hour.data);
  const [atMs, wanted] = points.at(-1) ?? [];
  if (atMs !== grid.toMs) return null;
  // The window may reach back to a zero that is over.
  if (wanted !== 0) return { kind: "starting" };
  const inHour = beginningOf(points, atMs);
  if (!inHour.orEarlier) return { kind: "at-zero", ...inHour };
  const dayGrid = endingGrid(slotAt(grid.toMs, DAY_STEP_SECONDS), DAY_SECONDS, DAY_STEP_SECONDS);
  const day = await ask.range(replicasWanted, windowSeconds, dayGrid);
  return { kind: "at-zero", ...(day.ok ? beginningOf(pointsOf(day.data), inHour.sinceMs) : inHour) };
}

const pointsOf = (series: readonly Series[]) => series[0]?.points ?? [];

/** The first instant of the zeros at the end. @param knownMs an instant that is known to be among them */
function beginningOf(points: Series["points"], knownMs: number): Beginning {
  const last = points.findLastIndex(([, value]) => value !== 0);
  const [sinceMs] = points[last + 1] ?? [knownMs];
  return { sinceMs: Math.min(sinceMs, knownMs), orEarlier: last < 0 };
}

/**
 * A line of a capability that is scaled to zero, or was until just now. What its owner switched off stays off, and an alert that is
 * open stays so.
 *
 * Until what is scaled up is ready, nothing is judged. A value beyond the threshold is pending then, for it is no health.
 * @param isEvaluators whether the condition is the evaluator's. The page's own is made of the hour as if replicas had been wanted
 */
export function lineAtZero(
  line: LineView,
  phase: ZeroPhase,
  { worse, isEvaluators }: { worse: "higher" | "lower"; isEvaluators: boolean },
): LineView {
  if (line.status === "off") return line;
  const known = isEvaluators ? line : { ...line, condition: null, conditionSinceMs: null };
  if (phase.kind === "at-zero") {
    const { sinceMs, orEarlier } = phase;
    const reading = { kind: "scaled-to-zero", sinceMs, orEarlier } as const;
    return { ...known, reading, status: statusOf(reading, known.condition) };
  }
  const { reading, threshold } = line;
  if (known.condition === "firing" || known.condition === "recovering") return line;
  if (reading.kind !== "value") return { ...known, status: statusOf(reading, known.condition) };
  if (breaches(reading.value, threshold, worse))
    return { ...line, condition: "pending", conditionSinceMs: null, status: "pending" };
  // Fine, but only as far as the page can see: the evaluator has stopped judging it.
  if (isEvaluators || line.status === "unknown") return line;
  return { ...line, condition: "ok", conditionSinceMs: null, status: "ok" };
}
