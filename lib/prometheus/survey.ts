import { z } from "zod";
import type { FleetQuery } from "@/lib/promql/fleet-query";
import { failed, type QueryOutcome } from "./failure";
import { type FleetVector, readFleetVector } from "./fleet-response";
import { readSuccess } from "./response";
import { AS_ASKED, endpointOf, get, post } from "./transport";

/** What kind of store answers, and its version. "unknown" is one that doesn't say. */
export type StoreKind = {
  kind: "Prometheus" | "VictoriaMetrics" | "Mimir" | "Thanos" | "unknown";
  version: string;
};

/** Looks at a whole store for the operator, who may see all of it. Nothing of it reaches an owner. */
export type Survey = {
  kind(): Promise<QueryOutcome<StoreKind>>;
  metricNames(): Promise<QueryOutcome<string[]>>;
  labelNames(): Promise<QueryOutcome<string[]>>;
  labelValues(label: string): Promise<QueryOutcome<string[]>>;
  ask(query: FleetQuery, atMs: number): Promise<QueryOutcome<FleetVector>>;
  /** By how much the store's clock is ahead of this machine's, in milliseconds, give or take a second; null: it never said. */
  aheadMs(): number | null;
};

const ASK_WITHIN_MS = 30_000;
const names = z.array(z.string());
const buildInfo = z.object({ version: z.string().optional(), application: z.string().optional() });

/**
 * @param address as for `createPrometheus`
 * @param end ends every question, that under way included
 * @throws PrometheusSettingsError when it can't be used
 */
export function createSurvey(
  address: { url: string; bearerToken?: string; tenantHeader?: string },
  end?: AbortSignal,
): Survey {
  let aheadMs: number | null = null;
  const onTime = (serverMs: number) => {
    aheadMs = serverMs - Date.now();
  };
  const endpoint = { ...endpointOf(address), onTime };
  const within = () => AbortSignal.any([AbortSignal.timeout(ASK_WITHIN_MS), ...(end ? [end] : [])]);
  const read = async <T>(path: string, schema: z.ZodType<T>): Promise<QueryOutcome<T>> => {
    const answer = await get(endpoint, path, within());
    const success = answer.ok ? readSuccess(answer.data) : answer;
    if (!success.ok) return success;
    const parsed = schema.safeParse(success.data);
    return parsed.success ? { ok: true, data: parsed.data } : failed("malformed", path);
  };
  const labelValues = (label: string) => read(`/api/v1/label/${encodeURIComponent(label)}/values`, names);
  const metricNames = () => labelValues("__name__");
  return {
    metricNames,
    labelValues,
    labelNames: () => read("/api/v1/labels", names),
    async kind() {
      const info = await read("/api/v1/status/buildinfo", buildInfo);
      return info.ok ? { ok: true, data: kindOf(info.data) } : info;
    },
    async ask(query, atMs) {
      const time = (atMs / 1000).toFixed(3);
      const answer = await post(
        endpoint,
        "/api/v1/query",
        { query: query.promql, time, ...AS_ASKED },
        within(),
      );
      return answer.ok ? readFleetVector(answer.data, query.label) : answer;
    },
    aheadMs: () => aheadMs,
  };
}

/** What VictoriaMetrics says of its build is nothing, or that it is Prometheus 2.24.0. */
function kindOf({ version = "", application = "" }: z.infer<typeof buildInfo>): StoreKind {
  if (/mimir/i.test(application)) return { kind: "Mimir", version };
  if (/thanos/i.test(application)) return { kind: "Thanos", version };
  if (version === "" || version === "2.24.0") return { kind: "VictoriaMetrics", version: "" };
  return { kind: /^\d+\.\d+/.test(version) ? "Prometheus" : "unknown", version };
}
