import type { NextRequest } from "next/server";
import { z } from "zod";
import { handOff } from "@/lib/doorway/hand-off";
import { log } from "@/lib/infra/log";
import { expireCookie, ourCookieNames } from "./cookies";
import { readDiscovery } from "./discovery";
import { type SignInSettings, signInSettings } from "./settings";
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
