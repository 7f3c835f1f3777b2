import type { Prometheus } from "@/lib/prometheus/client";
import { scopeQuery } from "@/lib/promql/scoped-query";
import type { Bundle } from "@/lib/signals/bundle";
import { deploymentsOf } from "@/lib/signals/events";
import type { TenantScope } from "@/lib/tenancy/scope";
import type { JudgedLine } from "./questions";

/** Containers of a new version may restart while what they need comes up. For so long that is the deployment's, and planned. */
export const DEPLOY_GRACE_MS = 5 * 60_000;

/**
 * The restarts in the line's window that no deployment explains: those within five minutes after one began don't count.
 *
 * Asked only for a tenant that is about to be alerted for restarts, never for all. Other signals have no grace: their pending time
 * is what the owner chose, deployment or not.
 * @param atMs the instant of the reading
 * @param seen what the line's own query says
 * @returns `seen` where there was no deployment, or where the question fails: an alert too many is better than none
 */
export async function unplannedRestarts(
  { signal, line }: JudgedLine,
  {
    prometheus,
    bundle,
    label,
    scope,
    atMs,
  }: {
    prometheus: Pick<Prometheus, "instant">;
    bundle: Bundle;
    label: string;
    scope: TenantScope;
    atMs: number;
  },
  seen: number,
): Promise<number> {
  const fromMs = atMs - signal.windowSeconds * 1000;
  const lookback = { label, windowSeconds: signal.windowSeconds };
  const events = await prometheus.instant(scopeQuery(scope, bundle.events.deployments, lookback), atMs);
  if (!events.ok) return seen;
  const deployedAt = deploymentsOf(events.data)
    .map(({ atMs: deployedAtMs }) => deployedAtMs)
    .filter((deployedAtMs) => deployedAtMs > fromMs - DEPLOY_GRACE_MS && deployedAtMs <= atMs);
  if (deployedAt.length === 0) return seen;
  const parts = await Promise.all(
    unplannedTimes(fromMs, atMs, deployedAt).map(async ({ fromMs: from, toMs }) => {
      const windowSeconds = Math.round((toMs - from) / 1000);
      const answer = await prometheus.instant(scopeQuery(scope, line.query, { label, windowSeconds }), toMs);
      return answer.ok ? (answer.data[0]?.value ?? 0) : null;
    }),
  );
  return parts.reduce<number>((sum, part) => sum + (part ?? seen), 0);
}

/** A time shorter than this holds no two samples, of which no increase can be told. */
const LEAST_MS = 60_000;

/** The window without the five minutes after each deployment, oldest first. */
export function unplannedTimes(
  fromMs: number,
  toMs: number,
  deployedAtMs: readonly number[],
): { fromMs: number; toMs: number }[] {
  const times: { fromMs: number; toMs: number }[] = [];
  let openMs = fromMs;
  for (const atMs of [...deployedAtMs].sort((a, b) => a - b)) {
    if (atMs - openMs >= LEAST_MS) times.push({ fromMs: openMs, toMs: atMs });
    openMs = Math.max(openMs, atMs + DEPLOY_GRACE_MS);
  }
  if (toMs - openMs >= LEAST_MS) times.push({ fromMs: openMs, toMs });
  return times;
}
