import type { Bundle } from "@/lib/catalogue/bundle";
import { log } from "@/lib/infra/log";
import type { Answer, Sample, Series } from "@/lib/prometheus/answer";
import type { Prometheus } from "@/lib/prometheus/client";
import { type ScopedQuery, scopeQuery } from "@/lib/promql/scoped-query";
import type { TenantScope } from "@/lib/tenant/scope";
import type { ThresholdSetting } from "./effective";
import type { Grid } from "./grid";

/** Where signals come from: the catalogue, the tenant label's name and the one client that asks. */
export type SignalSources = {
  bundle: Bundle;
  tenantLabel: string;
  /** What the owner has set; the bundle's default applies to the rest. */
  settings?: readonly ThresholdSetting[];
  prometheus: Pick<Prometheus, "instant" | "range">;
};

/** Asks a bundle's queries for one tenant. */
export type Ask = {
  range(template: string, windowSeconds: number, grid: Grid): Promise<Answer<Series[]>>;
  instant(template: string, windowSeconds: number, atMs: number): Promise<Answer<Sample[]>>;
  /** The answers to everything asked so far, each question once. */
  answers(): Promise<Answer<unknown>[]>;
};

/**
 * Confines every question to the scope's tenant, and asks the same one once.
 *
 * A query that can't be confined is never asked: it becomes a failed answer of its own, so that it blanks no other.
 */
export function askFor(sources: SignalSources, scope: TenantScope): Ask {
  const { prometheus, tenantLabel: label } = sources;
  const asked = new Map<string, Promise<Answer<unknown>>>();
  const once = <T>(
    kind: string,
    template: string,
    windowSeconds: number,
    put: (query: ScopedQuery) => Promise<Answer<T>>,
  ): Promise<Answer<T>> => {
    const key = `${kind} ${windowSeconds} ${template}`;
    const known = asked.get(key) as Promise<Answer<T>> | undefined;
    if (known) return known;
    const query = confined(scope, template, label, windowSeconds);
    const answer = query ? put(query) : Promise.resolve(UNCONFINED);
    asked.set(key, answer);
    return answer;
  };
  return {
    range: (template, windowSeconds, grid) =>
      once(`range ${grid.fromMs} ${grid.toMs} ${grid.stepSeconds}`, template, windowSeconds, (query) =>
        prometheus.range(query, grid),
      ),
    instant: (template, windowSeconds, atMs) =>
      once(`instant ${atMs}`, template, windowSeconds, (query) => prometheus.instant(query, atMs)),
    answers: () => Promise.all(asked.values()),
  };
}

function confined(
  scope: TenantScope,
  template: string,
  label: string,
  windowSeconds: number,
): ScopedQuery | null {
  try {
    return scopeQuery(scope, template, { label, windowSeconds });
  } catch (error) {
    log.error({ err: error, query: template }, "a query of the health bundle can't be confined to a tenant");
    return null;
  }
}

const UNCONFINED = {
  ok: false,
  failure: {
    code: "query",
    message:
      "A query of the platform's health bundle can't be asked for one tenant alone, so it isn't asked.",
  },
  last: null,
} as const;
