import type { FailureCode } from "@/lib/prometheus/answer";
import type { Fleet } from "@/lib/prometheus/fleet";
import type { FleetSample } from "@/lib/prometheus/fleet-response";
import { fleetQueriesFor, type NarrowedQuery, UngroupedQueryError } from "@/lib/promql/fleet";
import { UnscopableQueryError } from "@/lib/promql/unscopable";

/** What is asked of some tenants, and how. */
export type Question = {
  /** PromQL with `$tenant` and `$window`. */
  template: string;
  windowSeconds: number;
  /** In the order in which they matter: there may be more than one slot's questions ask for. */
  tenantIds: readonly string[];
};

/** label: the tenant label's name. atMs: the instant that is asked about. signal: ends what isn't answered by then. */
export type Asking = { label: string; atMs: number; signal: AbortSignal };

/** A short query holds the names of some 250 tenants, the one for deployments of some 30: so that is about 3,000 of them, or 350. */
const QUERIES_AT_MOST = 12;

/** Failures that the series of one tenant may bring about: an answer that is too long, or that the store refuses or can't finish. */
const BY_ONE_TENANT: ReadonlySet<FailureCode> = new Set(["malformed", "query", "timeout"]);
/** So many questions more are put for all groups that failed. */
const HALVES_AT_MOST = 64;

/**
 * Asks one question for some tenants, in as few queries as their names fit in. A group whose query fails by what one of it exposes is
 * asked again in halves, so that only that one stays without an answer.
 * @returns the finite samples of each tenant that was asked, an empty list where it has none. A tenant that isn't in it could
 *   not be asked, or wasn't
 */
export async function askSome(
  fleet: Fleet,
  { template, windowSeconds, tenantIds }: Question,
  { label, atMs, signal }: Asking,
): Promise<Map<string, FleetSample[]>> {
  const byTenant = new Map<string, FleetSample[]>();
  let halves = 0;
  const askAll = (ids: readonly string[]): Promise<unknown> =>
    Promise.all(queriesFor(template, ids, { label, windowSeconds }).map(askGroup));
  const askGroup = async ({ query, tenantIds: asked }: NarrowedQuery): Promise<void> => {
    const answer = await fleet.ask(query, atMs, signal);
    if (answer.ok) {
      for (const tenantId of asked) byTenant.set(tenantId, []);
      for (const sample of answer.samples)
        if (Number.isFinite(sample.value)) byTenant.get(sample.tenantId)?.push(sample);
      return;
    }
    const mayBeOne = BY_ONE_TENANT.has(answer.failure.code) && asked.length > 1 && !signal.aborted;
    if (!mayBeOne || halves >= HALVES_AT_MOST) return;
    halves += 2;
    const middle = Math.ceil(asked.length / 2);
    await Promise.all([askAll(asked.slice(0, middle)), askAll(asked.slice(middle))]);
  };
  await askAll(tenantIds);
  return byTenant;
}

/** The definitions check refuses a query that can't be asked; this is the second check. */
function queriesFor(
  template: string,
  tenantIds: readonly string[],
  options: { label: string; windowSeconds: number },
): NarrowedQuery[] {
  try {
    return fleetQueriesFor(template, tenantIds, { ...options, queriesAtMost: QUERIES_AT_MOST });
  } catch (error) {
    if (!(error instanceof UngroupedQueryError || error instanceof UnscopableQueryError)) throw error;
    return [];
  }
}
