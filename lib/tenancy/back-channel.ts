import type { NextRequest } from "next/server";
import { RateLimiterMemory } from "rate-limiter-flexible";
import { isDatabaseError } from "@/lib/infra/database-error";
import { log } from "@/lib/infra/log";
import { SignInFailure } from "./failure";
import { LogoutRefused, REMEMBERED_MS, readLogoutToken } from "./logout-token";
import { countLogout, type LogoutResult } from "./metrics";
import { type SignInSettings, signInSettings } from "./settings";
import { senderAddress } from "./sign-in-limit";
import { tenancyStore } from "./store";

/**
 * An address may have so many tokens refused a minute. Beyond them it is asked to wait, and the log gets no
 * more lines.
 */
const REFUSED_PER_MINUTE = 60;

const refusedOf = new RateLimiterMemory({ points: REFUSED_PER_MINUTE, duration: 60 });

/**
 * POST /api/auth/backchannel-logout: ends the sessions that the provider says are over (OpenID Connect
 * Back-Channel Logout 1.0). It comes from the provider's server, so no cookie counts: the token's signature
 * does.
 *
 * Each token is checked, whatever its sender's address sent before: a provider may end as many sessions as it
 * likes, and behind a proxy it may share its address with somebody who forges tokens.
 */
export async function takeLogout(
  request: NextRequest,
  settings: SignInSettings = signInSettings(),
): Promise<Response> {
  try {
    const ended = await logout(request, settings);
    countLogout(ended > 0 ? "ended" : "no-session");
    log.info({ event: "provider-logout", ended }, "The provider ended a sign-in.");
    return answer(200);
  } catch (error) {
    if (error instanceof LogoutRefused) return refuse(error, request);
    countLogout(failed(error));
    return answer(503);
  }
}

/** @returns how many sessions ended */
async function logout(request: NextRequest, settings: SignInSettings): Promise<number> {
  const asked = await readLogoutToken(await tokenIn(request), settings);
  const nowMs = Date.now();
  const until = { nowMs, rememberUntilMs: nowMs + REMEMBERED_MS };
  const ended = await tenancyStore.endSessionsByProvider(settings.issuer, asked, until);
  if (ended === null) throw new LogoutRefused("The token was used before.");
  return ended;
}

/** Names no value of the token: it may be anybody's. */
async function refuse({ message }: LogoutRefused, request: NextRequest): Promise<Response> {
  const sender = senderAddress(request.headers.get("x-forwarded-for"));
  const { consumedPoints, msBeforeNext } = await refusedOf.penalty(sender);
  if (consumedPoints > REFUSED_PER_MINUTE) {
    countLogout("rate-limited");
    return answer(429, { "Retry-After": String(Math.max(1, Math.ceil(msBeforeNext / 1000))) });
  }
  countLogout("refused");
  log.warn({ event: "provider-logout-refused", cause: message }, "A logout token was refused.");
  return answer(400);
}

/** Nothing is wrong with the token as far as is known: the provider may send it again. */
function failed(error: unknown): LogoutResult {
  const cause = error instanceof SignInFailure ? error.message : undefined;
  log.error(
    { event: "provider-logout-failed", cause, err: cause ? undefined : error },
    "A logout from the provider failed: the sessions that it ends are still open.",
  );
  if (cause) return "issuer-unreachable";
  return isDatabaseError(error) ? "database-unreachable" : "failed";
}

/** The door has bounded the body. */
async function tokenIn(request: NextRequest): Promise<string> {
  const type = request.headers.get("content-type")?.split(";", 1)[0]?.trim().toLowerCase();
  if (type !== "application/x-www-form-urlencoded") throw new LogoutRefused("The request is no form.");
  const body = await request.text().catch(() => {
    throw new LogoutRefused("The form was cut off.");
  });
  const tokens = new URLSearchParams(body).getAll("logout_token");
  const [token] = tokens;
  if (!token || tokens.length > 1) throw new LogoutRefused("The form hasn't exactly one logout_token.");
  return token;
}

/** OpenID Connect Back-Channel Logout 1.0, section 2.8. */
function answer(status: 200 | 400 | 429 | 503, more: Record<string, string> = {}): Response {
  const headers = { "Cache-Control": "no-store", ...more };
  if (status === 200) return new Response(null, { status, headers });
  const error = status === 503 ? "temporarily_unavailable" : "invalid_request";
  return Response.json({ error }, { status, headers });
}
