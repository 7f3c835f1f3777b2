import type { NextRequest } from "next/server";
import { RateLimiterMemory } from "rate-limiter-flexible";
import { z } from "zod";
import { isDatabaseError } from "@/lib/infra/database-error";
import { log } from "@/lib/infra/log";
import { countLogout, type LogoutResult } from "./metrics";
import { PROVIDER_NAME } from "./provider-name";
import { type SignInSettings, signInSettings } from "./settings";
import { senderAddress } from "./sign-in-limit";
import { tenancyStore } from "./store";

/** An address may name so many sessions a minute that aren't open here. */
const MISSES_PER_MINUTE = 60;

const missesOf = new RateLimiterMemory({ points: MISSES_PER_MINUTE, duration: 60 });

const frameSchema = z.object({ iss: z.string(), sid: z.string().regex(PROVIDER_NAME) });

/**
 * GET /api/auth/frontchannel-logout: the provider's own page has the browser call it in a frame (OpenID
 * Connect Front-Channel Logout 1.0). No cookie comes with that from another site, so it must name the
 * provider's session, and ends only what belongs to that.
 */
export async function signOutByFrame(
  request: NextRequest,
  settings: SignInSettings = signInSettings(),
): Promise<Response> {
  const sender = senderAddress(request.headers.get("x-forwarded-for"));
  const misses = (await missesOf.get(sender))?.consumedPoints ?? 0;
  if (misses >= MISSES_PER_MINUTE) return frameAnswer(429, "rate-limited");
  const asked = frameSchema.safeParse(Object.fromEntries(request.nextUrl.searchParams));
  if (!asked.success || asked.data.iss.replace(/\/$/, "") !== settings.issuer) {
    await missesOf.penalty(sender);
    return frameAnswer(400, "refused");
  }
  try {
    const ended = await tenancyStore.endSessionsOfSid(settings.issuer, asked.data.sid, Date.now());
    if (ended === 0) await missesOf.penalty(sender);
    else log.info({ event: "provider-logout", ended }, "The provider ended a sign-in.");
    return frameAnswer(200, ended > 0 ? "ended" : "no-session");
  } catch (error) {
    log.error({ event: "provider-logout-failed", err: error }, "A logout from the provider failed.");
    return frameAnswer(503, isDatabaseError(error) ? "database-unreachable" : "failed");
  }
}

/** The frame shows nothing: the browser refuses to draw it, after it has called. */
function frameAnswer(status: number, result: LogoutResult): Response {
  countLogout(result);
  return new Response(null, { status, headers: { "Cache-Control": "no-store" } });
}
