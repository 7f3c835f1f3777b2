import pLimit from "p-limit";
import { environment } from "@/lib/infra/env";
import { log } from "@/lib/infra/log";
import type { FleetQuery } from "@/lib/promql/fleet-query";
import type { Failure } from "./answer";
import { failed, type QueryOutcome, queryFailureOf } from "./failure";
import { type FleetVector, readFleetVector } from "./fleet-response";
import { fleetSeriesDroppedTotal, queriesTotal, queryDurationSeconds } from "./metrics";
import { AS_ASKED, endpointOf, post } from "./transport";

/** A cycle's questions are few and heavy. Prometheus runs 20 at a time by default, and owners are looking, too. */
const MAX_CONCURRENT = 6;

/** Every tenant's values, or why there are none. `detail` is for the operator alone. */
export type FleetAnswer = ({ ok: true } & FleetVector) | { ok: false; failure: Failure; detail: string };

/** Asks Prometheus for everybody at once. Nothing is remembered: each slot is asked once. */
export type Fleet = {
  /**
   * @param atMs milliseconds since the epoch
   * @param signal ends the question wherever it is, waiting for its turn included; that is a timeout
   */
  ask(query: FleetQuery, atMs: number, signal: AbortSignal): Promise<FleetAnswer>;
  /** What time it is where Prometheus is, by its newest answer, give or take a second; null: it never said. */
  clockMs(): number | null;
};

/**
 * @param url, bearerToken, tenantHeader as for `createPrometheus`
 * @throws PrometheusSettingsError when they can't be used
 */
export function createFleet(address: { url: string; bearerToken?: string; tenantHeader?: string }): Fleet {
  let answered: { serverMs: number; atMs: number } | null = null;
  const onTime = (serverMs: number) => {
    answered = { serverMs, atMs: performance.now() };
  };
  const endpoint = { ...endpointOf(address), onTime };
  const limit = pLimit(MAX_CONCURRENT);
  /** How many series each question dropped last. A probe of the platform's own names no tenant: logged once, not at each slot. */
  const droppedBefore = new Map<string, number>();

  async function send(
    query: FleetQuery,
    atMs: number,
    signal: AbortSignal,
  ): Promise<QueryOutcome<FleetVector>> {
    if (signal.aborted) return failed("timeout", "not sent");
    const stop = queryDurationSeconds.startTimer();
    const time = (atMs / 1000).toFixed(3);
    const answer = await post(endpoint, "/api/v1/query", { query: query.promql, time, ...AS_ASKED }, signal);
    stop();
    // An abort is the cycle's deadline, at whatever stage it came.
    if (!answer.ok) return signal.aborted ? failed("timeout", answer.detail) : answer;
    return readFleetVector(answer.data, query.label);
  }

  return {
    clockMs: () => answered && answered.serverMs + performance.now() - answered.atMs,
    async ask(query, atMs, signal) {
      const outcome = await limit(() => send(query, atMs, signal));
      queriesTotal.inc({ outcome: outcome.ok ? "ok" : outcome.code });
      if (!outcome.ok) {
        const { code, detail } = outcome;
        log.warn({ code, detail, promql: query.promql }, "A question for all tenants got no usable answer.");
        return { ok: false, failure: queryFailureOf(code), detail };
      }
      const { dropped } = outcome.data;
      if (dropped > 0) fleetSeriesDroppedTotal.inc(dropped);
      if (dropped > (droppedBefore.get(query.promql) ?? 0))
        log.warn({ dropped, promql: query.promql }, "Series without a valid tenant label were dropped.");
      droppedBefore.set(query.promql, dropped);
      return { ok: true, ...outcome.data };
    },
  };
}

/** This process's, from the environment. */
export function fleetFromEnvironment(): Fleet {
  const { PROMETHEUS_URL, PROMETHEUS_BEARER_TOKEN, PROMETHEUS_TENANT_HEADER } = environment();
  return createFleet({
    url: PROMETHEUS_URL,
    bearerToken: PROMETHEUS_BEARER_TOKEN,
    tenantHeader: PROMETHEUS_TENANT_HEADER,
  });
}
