import pLimit from "p-limit";
import type { Bundle, LineDefinition, SignalId } from "@/lib/catalogue/bundle";
import type { Failure } from "@/lib/prometheus/answer";
import type { Ask } from "./ask";
import {
  DEPLOY_GRACE_MS,
  gracePeriods,
  hasDeployGrace,
  LEAST_SCRAPES,
  plannedStretches,
  unplannedOf,
} from "./deploy-grace";
import { deploymentsOf } from "./events";

/** One owner's history must not take all of Prometheus' attention. */
const AT_ONCE = 4;

/** The values that judge, by instant. An instant that isn't among them is judged by the value that was seen. */
export type Unplanned = { ok: true; values: ReadonlyMap<number, number> } | { ok: false; failure: Failure };

const NOTHING: Unplanned = { ok: true, values: new Map() };

/**
 * Takes off what deployments explain: the one place where a restart is called planned, for the evaluator, the preview and the page.
 *
 * Asks nothing where there is no restart to explain, and one question where there was no deployment.
 * @param moments what the line's own query says, oldest first
 */
export async function askUnplanned(
  ask: Ask,
  bundle: Bundle,
  { signal: signalId, line }: { signal: SignalId; line: Pick<LineDefinition, "query"> },
  moments: readonly { atMs: number; value: number }[],
): Promise<Unplanned> {
  const seen = moments.filter(({ value }) => value > 0);
  const [first, last] = [seen.at(0), seen.at(-1)];
  if (!hasDeployGrace(signalId) || !first || !last) return NOTHING;
  const windowMs = bundle.signals[signalId].windowSeconds * 1000;
  const sinceMs = first.atMs - windowMs - DEPLOY_GRACE_MS;
  const lookbackSeconds = Math.ceil((last.atMs - sinceMs) / 1000);
  const events = await ask.instant(bundle.events.deployments, lookbackSeconds, last.atMs);
  if (!events.ok) return { ok: false, failure: events.failure };
  const periods = gracePeriods(deploymentsOf(events.data).map(({ atMs }) => atMs));

  const limit = pLimit(AT_ONCE);
  const leastMs = LEAST_SCRAPES * bundle.scrapeIntervalSeconds * 1000;
  const values = new Map<number, number>();
  let failure: Failure | null = null;
  const count = (fromMs: number, toMs: number) =>
    limit(async () => {
      const answer = await ask.instant(line.query, Math.round((toMs - fromMs) / 1000), toMs);
      if (!answer.ok) failure ??= answer.failure;
      return answer.ok ? (answer.data[0]?.value ?? 0) : 0;
    });
  await Promise.all(
    seen.map(async ({ atMs, value }) => {
      const stretches = plannedStretches(periods, atMs, windowMs, leastMs);
      if (stretches.length === 0) return;
      const planned = await Promise.all(stretches.map(({ fromMs, toMs }) => count(fromMs, toMs)));
      values.set(atMs, unplannedOf(value, planned.filter(Number.isFinite)));
    }),
  );
  return failure ? { ok: false, failure } : { ok: true, values };
}
