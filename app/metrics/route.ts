import { hasBearerToken } from "@/lib/doorway/bearer";
import { refusal } from "@/lib/doorway/refusal";
import { environment } from "@/lib/infra/env";
import { METRICS_CONTENT_TYPE, metricsText } from "@/lib/infra/metrics";
import { readinessStore } from "@/lib/readiness/store";
import "../api/request-metrics";
import "@/lib/views/portal-metrics";

export const dynamic = "force-dynamic";

/** The portal's own metrics, for the operator's Prometheus alone. Without METRICS_TOKEN there is no such address. */
export async function GET(request: Request): Promise<Response> {
  const token = environment().METRICS_TOKEN;
  if (token === undefined) return refusal(404, "not_found", "There is nothing at this address.");
  if (!hasBearerToken(request.headers.get("authorization"), token))
    return refusal(401, "token_needed", "Send the METRICS_TOKEN as a bearer token.", {
      "WWW-Authenticate": 'Bearer realm="metrics"',
    });
  return new Response(
    await metricsText({ process: "web", isDatabaseReachable: readinessStore.isDatabaseReachable }),
    {
      headers: { "Content-Type": METRICS_CONTENT_TYPE, "Cache-Control": "no-store" },
    },
  );
}
