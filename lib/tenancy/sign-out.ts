import type { NextRequest } from "next/server";
import { RateLimiterMemory } from "rate-limiter-flexible";
import { z } from "zod";
import { handOff } from "@/lib/doorway/hand-off";
import { isDatabaseError } from "@/lib/infra/database-error";
import { log } from "@/lib/infra/log";
import { expireCookie, ourCookieNames } from "./cookies";
import { readDiscovery } from "./discovery";
import { countLogout, type LogoutResult } from "./metrics";
import { PROVIDER_NAME } from "./provider-name";
import { type SignInSettings, signInSettings } from "./settings";
import { senderAddress } from "./sign-in-limit";
import { tenancyStore } from "./store";
import { readSessionToken, type SessionToken } from "./token";

const discoverySchema = z.object({ end_session_endpoint: z.url({ protocol: /^https?$/ }).optional() });

/**
 * POST /sign-out: ends the session's row, empties the browser of what is ours, and goes on to end the
 * provider's session.
 *
 * "cookies" is left out of Clear-Site-Data, because it would reach every site of the same domain, the
 * provider's too: ours are removed by name.
 */
export async function signOut(
  request: NextRequest,
  settings: SignInSettings = signInSettings(),
): Promise<Response> {
  const sent = request.cookies.getAll();
  const token = await readSessionToken(sent, settings);
  const headers = new Headers({ "Clear-Site-Data": '"cache", "storage"' });
  const names = sent.map((cookie) => cookie.name);
  for (const name of ourCookieNames(names, settings.https)) {
    headers.append("Set-Cookie", expireCookie(name, settings.https));
  }
  const next = token && (await providerSignOutUrl(token, settings));
  // Last: from here on the page that is being left finds its session ended.
  if (token) {
    // The cookie goes whether or not the row can be ended: keeping it would help nobody.
    await tenancyStore
      .endSession(token.sid, Date.now())
      .catch((error: unknown) =>
        log.error(
          { event: "session-not-ended", err: error },
          "A session could not be ended in the database.",
        ),
      );
  }
  return handOff(next ?? (token ? "/signed-out?provider=open" : "/signed-out"), {
    title: "Signing out",
    sentence: "You are signed out of Watchpost. Signing out at the sign-in service now.",
    headers,
  });
}

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

/**
 * Where the provider ends its own session (OpenID Connect RP-Initiated Logout 1.0), or null where it can't be
 * asked.
 */
async function providerSignOutUrl(token: SessionToken, settings: SignInSettings): Promise<string | null> {
  try {
    const document = await readDiscovery(settings.issuer);
    const { end_session_endpoint: endpoint } = discoverySchema.parse(document);
    if (!endpoint) return null;
    const url = new URL(endpoint);
    url.searchParams.set("client_id", settings.clientId);
    url.searchParams.set("post_logout_redirect_uri", `${settings.portalOrigin}/signed-out`);
    if (token.idToken) url.searchParams.set("id_token_hint", token.idToken);
    return url.href;
  } catch (error) {
    log.warn(
      { event: "provider-sign-out-failed", err: error },
      "The provider could not be asked to sign out.",
    );
    return null;
  }
}
