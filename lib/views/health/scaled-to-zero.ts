import type { Bundle } from "@/lib/catalogue/bundle";
import type { Ask } from "@/lib/evaluation/ask";
import { endingGrid, eventStepSeconds, type Grid } from "@/lib/evaluation/grid";
import { leastWantedQuery, lostWorkloadsQuery } from "@/lib/evaluation/scaled-to-zero";
import { statusOf } from "@/lib/evaluation/status";
import { breaches } from "@/lib/evaluation/threshold";
import type { LineView } from "@/lib/evaluation/view";
import { slotAt } from "@/lib/infra/clock";
import type { Series } from "@/lib/prometheus/answer";

/** Since when no replica is wanted. orEarlier: it was so at the first instant that is known. */
type Beginning = { sinceMs: number; orEarlier: boolean };

/** No replica is wanted; or some are again, and weren't at a time in the window; or nothing shows how many are. */
export type ZeroPhase = ({ kind: "at-zero" } & Beginning) | { kind: "starting" } | { kind: "unproven" };

const DAY_SECONDS = 86_400;
const DAY_STEP_SECONDS = eventStepSeconds(7 * DAY_SECONDS);

/**
 * Asks whether the operator of a capability wants no replica of it, and nothing else of it runs; or did so until just now.
 *
 * One question, and up to three more where it may be so. Since when is looked for in the last hour by the minute, and before that in
 * a day by five minutes.
 * @returns null where it isn't so, and where the bundle has no question for it
 */
export async function askScaledToZero(bundle: Bundle, ask: Ask, grid: Grid): Promise<ZeroPhase | null> {
  const { scaledToZero, replicasWanted } = bundle.runtime;
  const { windowSeconds } = bundle.signals.availability;
  if (!scaledToZero) return null;
  const least = await ask.instant(leastWantedQuery(bundle), windowSeconds, grid.toMs);
  if (!least.ok || least.data.length !== 1) return UNPROVEN;
  if (least.data[0]?.value !== 0) return null;
  const [answer, hour] = await Promise.all([
    ask.instant(scaledToZero, windowSeconds, grid.toMs),
    ask.range(replicasWanted, windowSeconds, grid),
  ]);
  if (!answer.ok || !hour.ok) return UNPROVEN;
  const points = pointsOf(hour.data);
  const [atMs, wanted] = points.at(-1) ?? [];
  // Where something that was reported isn't now, no answer denies it.
  if (atMs !== grid.toMs) return UNPROVEN;
  if (answer.data.length === 0) {
    const lostQuery = wanted === 0 ? lostWorkloadsQuery(bundle) : null;
    const lost = lostQuery === null ? null : await ask.instant(lostQuery, windowSeconds, grid.toMs);
    return lost === null || (lost.ok && lost.data.length === 0) ? null : UNPROVEN;
  }
  // The window may reach back to a zero that is over.
  if (wanted !== 0) return { kind: "starting" };
  const inHour = beginningOf(points, atMs);
  if (!inHour.orEarlier) return { kind: "at-zero", ...inHour };
  const dayGrid = endingGrid(slotAt(grid.toMs, DAY_STEP_SECONDS), DAY_SECONDS, DAY_STEP_SECONDS);
  const day = await ask.range(replicasWanted, windowSeconds, dayGrid);
  return { kind: "at-zero", ...(day.ok ? beginningOf(pointsOf(day.data), inHour.sinceMs) : inHour) };
}

const UNPROVEN: ZeroPhase = { kind: "unproven" };

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
 * Where nothing shows how many replicas are wanted, a line that was at zero has no data: its value shows no outage, and no health.
 * @param isEvaluators whether the condition is the evaluator's. The page's own is made of the hour as if replicas had been wanted
 * @param wasAtZero whether the evaluator has last found it to be at zero
 */
export function lineAtZero(
  line: LineView,
  phase: ZeroPhase,
  {
    worse,
    isEvaluators,
    wasAtZero,
  }: { worse: "higher" | "lower"; isEvaluators: boolean; wasAtZero: boolean },
): LineView {
  if (line.status === "off" || (phase.kind === "unproven" && !wasAtZero)) return line;
  const known = isEvaluators ? line : { ...line, condition: null, conditionSinceMs: null };
  if (phase.kind === "at-zero") {
    const { sinceMs, orEarlier } = phase;
    const reading = { kind: "scaled-to-zero", sinceMs, orEarlier } as const;
    return { ...known, reading, status: statusOf(reading, known.condition) };
  }
  if (phase.kind === "unproven") {
    const reading = { kind: "no-data", last: null, isZeroUnknown: true } as const;
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
