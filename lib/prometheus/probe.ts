import { environment } from "@/lib/infra/env";
import type { Failure } from "./answer";
import { queryFailureOf } from "./failure";
import { readVector } from "./response";
import { endpointOf, post } from "./transport";

const PROBE_TIMEOUT_MS = 2_000;

/**
 * Whether this process's Prometheus answers at all. The question selects no series, so it needs no tenant.
 * @returns null where it answers, else why not
 * @throws EnvironmentError or PrometheusSettingsError when the environment can't be used
 */
export async function probePrometheus(): Promise<Failure | null> {
  const { PROMETHEUS_URL, PROMETHEUS_BEARER_TOKEN, PROMETHEUS_TENANT_HEADER } = environment();
  const endpoint = endpointOf({
    url: PROMETHEUS_URL,
    bearerToken: PROMETHEUS_BEARER_TOKEN,
    tenantHeader: PROMETHEUS_TENANT_HEADER,
  });
  const signal = AbortSignal.timeout(PROBE_TIMEOUT_MS);
  const answer = await post(endpoint, "/api/v1/query", { query: "vector(1)" }, signal);
  const outcome = answer.ok ? readVector(answer.data) : answer;
  return outcome.ok ? null : queryFailureOf(outcome.code);
}
