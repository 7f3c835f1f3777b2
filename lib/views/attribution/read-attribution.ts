import { lineNames } from "@/lib/alerting-chain/read-alerting";
import { canaryOf, componentsFor, statesAt, usesOf } from "@/lib/attribution/component-states";
import { attributionStore } from "@/lib/attribution/store";
import type { AttributionView } from "@/lib/attribution/view";
import { dependentsQuery, statesQuery } from "@/lib/catalogue/component-queries";
import { CANARY, type Components } from "@/lib/catalogue/components";
import { catalogueStore } from "@/lib/catalogue/store";
import type { LineKey } from "@/lib/evaluation/effective";
import { healthInstant } from "@/lib/evaluation/grid";
import { environment } from "@/lib/infra/env";
import { log } from "@/lib/infra/log";
import { prometheus } from "@/lib/prometheus/client";
import { platformQuery } from "@/lib/promql/platform-query";
import { scopeQuery } from "@/lib/promql/scoped-query";
import type { TenantScope } from "@/lib/tenant/scope";

const SCRAPE_SECONDS_WITHOUT_BUNDLE = 15;

/**
 * Whose problem the tenant's open alerts look like, and the platform's state now.
 *
 * Verdicts are the evaluator's and come from the database. Two questions are asked about the platform: one for all components,
 * which all tenants' viewers share, and one for what this tenant uses of them.
 * @throws where the database can't be asked
 */
export async function readAttribution(scope: TenantScope, nowMs: number): Promise<AttributionView> {
  const [bundle, components, open] = await Promise.all([
    catalogueStore.readBundle(),
    catalogueStore.readComponents(),
    attributionStore.readOpenVerdicts(scope),
  ]);
  const asOfMs = healthInstant(nowMs, bundle?.scrapeIntervalSeconds ?? SCRAPE_SECONDS_WITHOUT_BUNDLE);
  const names = bundle ? lineNames(bundle) : new Map<LineKey, string>();
  return {
    tenantId: scope.tenantId,
    asOfMs,
    alerts: open.map(({ alertId, signal, line, breachedAtMs, firedAtMs, hold, verdict, keptSide }) => {
      const key = `${signal}/${line}` as LineKey;
      const name = names.get(key) ?? key;
      const alert = { alertId, lineKey: key, name, breachedAtMs, firedAtMs, hold, keptSide };
      if (!verdict) return { ...alert, verdict };
      const { alertId: _, ...given } = verdict;
      return { ...alert, verdict: given };
    }),
    platform: components && (await platformNow(scope, components, asOfMs)),
  };
}

/** @returns null where the components could not be asked */
async function platformNow(
  scope: TenantScope,
  components: Components,
  atMs: number,
): Promise<AttributionView["platform"]> {
  const options = { label: environment().TENANT_LABEL, windowSeconds: components.windowSeconds };
  try {
    const { template, only } = statesQuery(components);
    const dependents = dependentsQuery(components);
    const [states, uses] = await Promise.all([
      prometheus().platform(platformQuery(template, { ...options, only, canary: CANARY }), atMs),
      dependents === null ? null : prometheus().instant(scopeQuery(scope, dependents, options), atMs),
    ]);
    if (!states.ok) return null;
    const known = { atOnset: null, now: statesAt(states.data), uses: uses?.ok ? usesOf(uses.data) : null };
    const canary = canaryOf(components, known);
    const named = components.components.find(({ id }) => id === CANARY);
    return {
      components: [
        ...componentsFor(components, known).map(({ id, name, parts, now }) => ({
          id,
          name,
          parts,
          state: now,
        })),
        ...(canary && named ? [{ id: CANARY, name: named.name, parts: [], state: canary.now }] : []),
      ],
    };
  } catch (error) {
    log.error({ err: error }, "The platform's components can't be asked about.");
    return null;
  }
}
