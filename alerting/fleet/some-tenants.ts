import { type TimeLimit, withinShare } from "@/alerting/runtime/budget";
import type { CycleFault } from "@/lib/alerts/cycle";
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

/** label: the tenant label's name. atMs: the instant that is asked about. limit: ends what isn't answered by then. */
export type Asking = { label: string; atMs: number; limit: TimeLimit };

/** A short query holds the names of some 250 tenants, the one for deployments of some 30: so that is about 3,000 of them, or 350. */
const QUERIES_AT_MOST = 12;

/** Failures that the series of one tenant may bring about: an answer that is too long, or that the store refuses or can't finish. */
const BY_ONE_TENANT: ReadonlySet<CycleFault> = new Set<FailureCode>(["malformed", "query", "timeout"]);
export const mayBeByOneTenant = (fault: CycleFault): boolean => BY_ONE_TENANT.has(fault);

/** So many questions more are put for all groups that failed. */
const HALVES_AT_MOST = 64;
/** What a group's first query may take of the time. The rest is for its halves, if it hangs; one tenant alone has none. */
const firstShare = (size: number) => (size === 1 ? 1 : 0.5);

/**
 * Asks one question for some tenants, in as few queries as their names fit in. A group whose query fails by what one of it exposes is
 * asked again in halves, so that only that one stays without an answer. Each query has a share of the time: one that hangs leaves
 * enough to ask the others without it.
 * @returns the finite samples of each tenant that was asked, an empty list where it has none. A tenant that isn't in it could
 *   not be asked, or wasn't
 */
export async function askSome(
  fleet: Fleet,
  { template, windowSeconds, tenantIds }: Question,
  { label, atMs, limit }: Asking,
): Promise<Map<string, FleetSample[]>> {
  const byTenant = new Map<string, FleetSample[]>();
  let halves = 0;
  const askAll = (ids: readonly string[], shareOf: (group: number) => number): Promise<unknown> =>
    Promise.all(
      queriesFor(template, ids, { label, windowSeconds }).map((each) =>
        askGroup(each, shareOf(each.tenantIds.length)),
      ),
    );
  const askGroup = async ({ query, tenantIds: asked }: NarrowedQuery, share: number): Promise<void> => {
    const answer = await withinShare(limit, share, ({ signal }) => fleet.ask(query, atMs, signal));
    if (answer.ok) {
      for (const tenantId of asked) byTenant.set(tenantId, []);
      for (const sample of answer.samples)
        if (Number.isFinite(sample.value)) byTenant.get(sample.tenantId)?.push(sample);
      return;
    }
    const mayBeOne = mayBeByOneTenant(answer.failure.code) && asked.length > 1 && !limit.signal.aborted;
    if (!mayBeOne || halves >= HALVES_AT_MOST) {
      if (answer.failure.code === "timeout") limit.cut();
      return;
    }
    halves += 2;
    const middle = Math.ceil(asked.length / 2);
    await Promise.all([asked.slice(0, middle), asked.slice(middle)].map((half) => askAll(half, shareOfHalf)));
  };
  await askAll(tenantIds, firstShare);
  return byTenant;
}

/** Each round of halves has an equal part of what is left, down to the one in which a tenant is asked about alone. */
const shareOfHalf = (size: number) => 1 / (Math.ceil(Math.log2(size)) + 1);

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
