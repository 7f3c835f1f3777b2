import { unstable_rethrow } from "next/navigation";
import { refusal } from "@/lib/doorway/refusal";
import { isDatabaseAway } from "@/lib/infra/database-away";
import { log } from "@/lib/infra/log";
import { isTenantGone } from "@/lib/infra/tenant-gone";
import type { Contract, ContractName } from "@/lib/views/api/contracts";
import { requestSeconds } from "./request-metrics";

type Handler<Context> = (request: Request, context: Context) => Promise<Response>;

/**
 * A route handler that is measured, and whose faults become the one shape of an error.
 * @param route the route's pattern: the label of the measurement, never the address that was asked
 */
export function answering<Context>(route: string, handler: Handler<Context>): Handler<Context> {
  return async (request, context) => {
    const startedMs = performance.now();
    const response = await handler(request, context).catch((error: unknown) => {
      unstable_rethrow(error);
      log.error({ err: error, route, method: request.method }, "a request failed");
      if (isDatabaseAway(error)) return databaseAway();
      if (isTenantGone(error)) return tenantGone();
      return refusal(
        500,
        "internal_error",
        "The portal could not answer. The fault is on its side and has been noted; try again in a minute.",
      );
    });
    const labels = { route, method: request.method, status: String(response.status) };
    requestSeconds.observe(labels, (performance.now() - startedMs) / 1000);
    return response;
  };
}

const RETRY_AFTER_SECONDS = "15";

/** Without its database the portal can't prove who asks, so it shows nobody anything. */
const databaseAway = () =>
  refusal(
    503,
    "database_unavailable",
    "The portal's own database can't be reached, so nothing can be shown right now. Try again in a minute.",
    { "Retry-After": RETRY_AFTER_SECONDS },
  );

/** The request was under way when the tenant was deleted. What it wanted to write is written nowhere. */
const tenantGone = () =>
  refusal(
    403,
    "deleted",
    "The data of this account's capability was deleted just now, so nothing was saved.",
  );

// An answer is one person's own: nothing between here and them may keep it.
const headers = { "Cache-Control": "no-store" };

/**
 * An answer by its contract (lib/views/api/contracts.ts), which the browser parses it with:
 * answer<"health">(view).
 */
export function answer<Name extends ContractName>(body: Contract<Name>, status = 200): Response {
  return Response.json(body, { status, headers });
}

/** An error with more to say than a sentence. @param beside what stands beside the error */
export function failedAnswer(
  status: number,
  error: { code: string; message: string } & Record<string, unknown>,
  beside: Record<string, unknown> = {},
): Response {
  return Response.json({ error, ...beside }, { status, headers });
}
