import { boundedByTenant } from "@/alerting/fleet/bounded";
import type { Bundle } from "@/lib/catalogue/bundle";
import { dependentsQuery, statesQuery } from "@/lib/catalogue/component-queries";
import { CANARY, type Components } from "@/lib/catalogue/components";
import { endingGrid } from "@/lib/evaluation/grid";
import { log } from "@/lib/infra/log";
import type { Sample, Series } from "@/lib/prometheus/answer";
import type { Prometheus } from "@/lib/prometheus/client";
import type { Fleet } from "@/lib/prometheus/fleet";
import type { FleetSample } from "@/lib/prometheus/fleet-response";
import { fleetQuery } from "@/lib/promql/fleet";
import { platformQuery } from "@/lib/promql/platform-query";

/** How far back components, uses and lost pods are looked at: longer than any signal of the bundle takes to alert. */
export const LOOK_BACK_SECONDS = 1_200;
const STATES_STEP_SECONDS = 60;
const USES_BEFORE_MS = 600_000;
const DEPLOYMENTS_WINDOW_SECONDS = 3_600;

/** Everybody's samples of one question, by tenant. */
export type ByTenant = ReadonlyMap<string, readonly FleetSample[]>;

/** What one slot knows of everybody. Wherever something could not be asked it is null. */
export type FleetEvidence = {
  /** The operator's components; null where the definitions in the database have none. */
  components: Components | null;
  /** The last twenty minutes of every component, up to the slot. */
  states: Series[] | null;
  /** Which components a tenant uses now, and used ten minutes ago. */
  uses: ByTenant | null;
  usesBefore: ByTenant | null;
  deployments: ByTenant | null;
  restarts: ByTenant | null;
  exitCodes: ByTenant | null;
  /** Pods without a place now, and twenty minutes ago: a record of the past stays as long as its pod. */
  podLosses: ByTenant | null;
  podLossesBefore: ByTenant | null;
};

export type EvidenceSources = {
  fleet: Fleet;
  prometheus: Pick<Prometheus, "platformRange">;
  label: string;
  readComponents(): Promise<Components | null>;
};

/**
 * Asks what attribution needs of everybody at once: eight questions, whatever the number of tenants, and only in a slot in which
 * an alert stands.
 * @param atMs the instant that is asked about
 */
export async function askFleetEvidence(
  { fleet, prometheus, label, readComponents }: EvidenceSources,
  { bundle, atMs, signal }: { bundle: Bundle; atMs: number; signal: AbortSignal },
): Promise<FleetEvidence> {
  const components = await readComponents().catch((error) => {
    log.warn({ err: error }, "The platform's components could not be read.");
    return null;
  });
  const windowSeconds = components?.windowSeconds ?? DEPLOYMENTS_WINDOW_SECONDS;
  const everybody = async (template: string | null | undefined, window: number, at: number) => {
    if (template === null || template === undefined) return null;
    try {
      const query = fleetQuery(boundedByTenant(template), { label, windowSeconds: window });
      const answer = await fleet.ask(query, at, signal);
      return answer.ok ? byTenant(answer.samples) : null;
    } catch (error) {
      log.error({ err: error, query: template }, "A question about evidence can't be asked for all tenants.");
      return null;
    }
  };
  const dependents = components && dependentsQuery(components);
  const [states, uses, usesBefore, deployments, restarts, exitCodes, podLosses, podLossesBefore] =
    await Promise.all([
      components && orNothing(statesOver(prometheus, components, label, atMs), signal),
      everybody(dependents, windowSeconds, atMs),
      everybody(dependents, windowSeconds, atMs - USES_BEFORE_MS),
      everybody(bundle.events.deployments, DEPLOYMENTS_WINDOW_SECONDS, atMs),
      everybody(bundle.events.restarts, DEPLOYMENTS_WINDOW_SECONDS, atMs),
      everybody(bundle.events.exitCodes, DEPLOYMENTS_WINDOW_SECONDS, atMs),
      everybody(components?.podLosses, windowSeconds, atMs),
      everybody(components?.podLosses, windowSeconds, atMs - LOOK_BACK_SECONDS * 1000),
    ]);
  return {
    components,
    states,
    uses,
    usesBefore,
    deployments,
    restarts,
    exitCodes,
    podLosses,
    podLossesBefore,
  };
}

async function statesOver(
  prometheus: EvidenceSources["prometheus"],
  components: Components,
  label: string,
  atMs: number,
): Promise<Series[] | null> {
  try {
    const { template, only } = statesQuery(components);
    const query = platformQuery(template, {
      label,
      windowSeconds: components.windowSeconds,
      only,
      canary: CANARY,
    });
    const grid = endingGrid(atMs, LOOK_BACK_SECONDS, STATES_STEP_SECONDS);
    const answer = await prometheus.platformRange(query, grid);
    return answer.ok ? answer.data : null;
  } catch (error) {
    log.error({ err: error }, "The platform's components can't be asked about.");
    return null;
  }
}

/** The client has a deadline of its own, which is a page's; the slot's may be shorter. */
function orNothing<T>(asked: Promise<T>, signal: AbortSignal): Promise<T | null> {
  const late = new Promise<null>((resolve) => {
    if (signal.aborted) resolve(null);
    signal.addEventListener("abort", () => resolve(null), { once: true });
  });
  return Promise.race([asked, late]);
}

function byTenant(samples: readonly FleetSample[]): ByTenant {
  const by = new Map<string, FleetSample[]>();
  for (const sample of samples) {
    const own = by.get(sample.tenantId);
    if (own) own.push(sample);
    else by.set(sample.tenantId, [sample]);
  }
  return by;
}

/** The samples of one tenant; null where nobody's could be asked. */
export const samplesOf = (by: ByTenant | null, tenantId: string): readonly Sample[] | null =>
  by && (by.get(tenantId) ?? []);
