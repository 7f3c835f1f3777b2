import { usesOf } from "@/lib/attribution/component-states";
import { dependentsQuery, statesQuery } from "@/lib/catalogue/component-queries";
import { CANARY, type Components } from "@/lib/catalogue/components";
import { log } from "@/lib/infra/log";
import type { Prometheus } from "@/lib/prometheus/client";
import { platformQuery } from "@/lib/promql/platform-query";
import { scopeQuery } from "@/lib/promql/scoped-query";
import type { ReleaseStretches } from "@/lib/releases/stretches";
import type { TenantScope } from "@/lib/tenant/scope";
import { type PlatformDoubt, platformDoubts } from "./platform-doubts";

/** As fine as a block of the shortest length needs, and for a day no more than some 600 points. */
const STEPS_OF_BLOCK = 2.5;
const STEP_AT_MOST_SECONDS = 300;

type PlatformSources = {
  /** null: the operator has none. */
  components: Components | null;
  tenantLabel: string;
  prometheus: Pick<Prometheus, "instant" | "platformRange">;
};

/**
 * The components that failed before or after a release: one question that all tenants' viewers share, and one for what this tenant
 * uses of them.
 * @returns null where that isn't known
 */
export async function askPlatform(
  { components, tenantLabel: label, prometheus }: PlatformSources,
  scope: TenantScope,
  stretches: ReleaseStretches,
): Promise<PlatformDoubt[] | null> {
  if (!components) return [];
  const stepSeconds = Math.min(stretches.blockMs / 1000 / STEPS_OF_BLOCK, STEP_AT_MOST_SECONDS);
  const grid = { fromMs: stretches.before.fromMs, toMs: stretches.after.toMs, stepSeconds };
  const options = { label, windowSeconds: components.windowSeconds };
  try {
    const { template, only } = statesQuery(components);
    const dependents = dependentsQuery(components);
    const [states, uses] = await Promise.all([
      prometheus.platformRange(platformQuery(template, { ...options, only, canary: CANARY }), grid),
      dependents === null ? null : prometheus.instant(scopeQuery(scope, dependents, options), grid.toMs),
    ]);
    if (!states.ok) return null;
    const known = uses?.ok ? usesOf(uses.data) : null;
    return platformDoubts(components, states.data, known, stretches, stepSeconds * 1000);
  } catch (error) {
    log.error({ err: error }, "The platform's components can't be asked about.");
    return null;
  }
}
