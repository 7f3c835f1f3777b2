import { bearsToken } from "@/lib/doorway/bearer";
import { refusal } from "@/lib/doorway/refusal";
import { environment } from "@/lib/infra/env";
import { metrics } from "@/lib/infra/metrics";
import { isDatabaseReachable } from "@/lib/readiness/store";

export const dynamic = "force-dynamic";

/** The portal's own metrics, for the operator's Prometheus alone. Without METRICS_TOKEN there is no such address. */
export async function GET(request: Request): Promise<Response> {
  const token = environment().METRICS_TOKEN;
  if (token === undefined) return refusal(404, "not_found", "There is nothing at this address.");
  if (!bearsToken(request.headers.get("authorization"), token))
    return refusal(401, "token_needed", "Send the METRICS_TOKEN as a bearer token.", {
      "WWW-Authenticate": 'Bearer realm="metrics"',
    });
  const own = metrics();
  return new Response(await own.text({ process: "web", isDatabaseReachable }), {
    headers: { "Content-Type": own.contentType, "Cache-Control": "no-store" },
  });
}
