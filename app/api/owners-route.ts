import { refusal } from "@/lib/doorway/refusal";
import { strayParameter } from "@/lib/evaluation/series-request";
import { type Access, currentAccess } from "@/lib/tenancy/session";
import { answering } from "./answering";
import { refuseAccess } from "./refuse-access";

type Granted = Extract<Access, { kind: "granted" }>;
type Context<Params> = { params: Promise<Params> };

/** What a handler of an owner's route is given: the proof of who asks, and what they ask. */
type OwnersRequest<Asked, Params> = Pick<Granted, "scope" | "tenant" | "owner"> & {
  request: Request;
  /** The variable parts of the address, as they were sent: they prove nothing. */
  params: Params;
  /** What `parse` made of the address. */
  asked: Asked;
};

type Parsed = { ok: true } | { ok: false; code: string; message: string };

/**
 * A route for the owner of the session's tenant, in this order: the address is parsed, the session is asked,
 * the handler answers. It is measured, and its faults become the one shape of an error.
 * @param route the route's pattern: the label of the measurement, never the address that was asked
 * @param handler is called only with a granted access, whose scope is the only tenant that it can read
 * @param parse reads the query parameters; without it the address takes none, and any is refused with 400
 */
export function ownersRoute<Params = object>(
  route: string,
  handler: (asked: OwnersRequest<null, Params>) => Promise<Response>,
): (request: Request, context: Context<Params>) => Promise<Response>;
export function ownersRoute<Result extends Parsed, Params = object>(
  route: string,
  handler: (asked: OwnersRequest<Extract<Result, { ok: true }>, Params>) => Promise<Response>,
  parse: (parameters: URLSearchParams, params: Params) => Result,
): (request: Request, context: Context<Params>) => Promise<Response>;
export function ownersRoute<Params>(
  route: string,
  // The overloads above say what `asked` is in each case.
  handler: (asked: OwnersRequest<never, Params>) => Promise<Response>,
  parse: (parameters: URLSearchParams, params: Params) => Parsed = withoutParameters,
) {
  return answering<Context<Params>>(route, async (request, context) => {
    const params = await context.params;
    const asked = parse(new URL(request.url).searchParams, params);
    if (!asked.ok) return refusal(400, asked.code, asked.message);
    const access = await currentAccess();
    if (access.kind !== "granted") return refuseAccess(access);
    const { scope, tenant, owner } = access;
    return handler({ request, params, asked: asked as never, scope, tenant, owner });
  });
}

function withoutParameters(parameters: URLSearchParams): Parsed {
  const stray = strayParameter(parameters, []);
  return stray ? { ok: false, code: "unknown_parameter", message: stray } : { ok: true };
}

/** The metrics store could not be asked: why, as an error of the API. */
export function metricsRefusal(failure: { code: string; message: string }): Response {
  return refusal(503, metricsErrorCode(failure.code), failure.message);
}

/** "metrics_timed_out": the code of an error whose cause is the metrics store. */
export const metricsErrorCode = (code: string): string => `metrics_${code.replaceAll("-", "_")}`;
