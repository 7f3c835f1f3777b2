import type { SignalId } from "@/lib/catalogue/bundle";

/** Containers of a new version may restart while what they need comes up. For so long that is the deployment's, and planned. */
export const DEPLOY_GRACE_MS = 5 * 60_000;

/** An increase needs two samples, which are a scrape apart. */
export const LEAST_SCRAPES = 2;

/** Other signals have no grace: their pending time is what the owner chose, deployment or not. */
export const hasDeployGrace = (signal: SignalId): boolean => signal === "restarts";

/** A stretch of time: after `fromMs`, up to and including `toMs`. */
export type Stretch = { fromMs: number; toMs: number };

/** The times after deployments in which restarts don't count, oldest first; those that meet are one. */
export function gracePeriods(deployedAtMs: readonly number[]): Stretch[] {
  const periods: Stretch[] = [];
  for (const fromMs of [...deployedAtMs].sort((a, b) => a - b)) {
    const last = periods.at(-1);
    const toMs = fromMs + DEPLOY_GRACE_MS;
    if (last && fromMs <= last.toMs) last.toMs = toMs;
    else periods.push({ fromMs, toMs });
  }
  return periods;
}

/**
 * The parts of the window before an instant that lie in a grace period: the restarts counted there are planned.
 * @param leastMs what is shorter has no two samples, so that no increase is known; it counts as having none
 */
export function plannedStretches(
  periods: readonly Stretch[],
  atMs: number,
  windowMs: number,
  leastMs: number,
): Stretch[] {
  return periods
    .map(({ fromMs, toMs }) => ({ fromMs: Math.max(fromMs, atMs - windowMs), toMs: Math.min(toMs, atMs) }))
    .filter(({ fromMs, toMs }) => toMs - fromMs >= leastMs);
}

/**
 * The restarts that no deployment explains: what judges.
 * @param seen what the line's own query says of the whole window
 * @param planned what it says of each planned stretch. A counter is read between samples, so they may add up to a little more
 */
export function unplannedOf(seen: number, planned: readonly number[]): number {
  return Math.min(seen, Math.max(0, seen - planned.reduce((sum, part) => sum + part, 0)));
}
