import type { NextRequest } from "next/server";
import { z } from "zod";
import { isDatabaseError } from "@/lib/infra/database-error";
import { log } from "@/lib/infra/log";
import { countLogout, type LogoutResult } from "./metrics";
import { PROVIDER_NAME } from "./provider-name";
import { type SignInSettings, signInSettings } from "./settings";
import { tenancyStore } from "./store";

const frameSchema = z.object({ iss: z.string(), sid: z.string().regex(PROVIDER_NAME) });

/**
 * GET /api/auth/frontchannel-logout: the provider's own page has the browser call it in a frame (OpenID
 * Connect Front-Channel Logout 1.0). No cookie comes with that from another site, so it must name the
 * provider's session, and ends only what belongs to that.
 *
 * Each call is carried out, whatever came from its address before: a proxy may hide the addresses, and a
 * stranger's calls must not keep a real one. All of them together cost the database one statement at a time. The
 * answer doesn't tell whether there was a session.
 */
export async function signOutByFrame(
  request: NextRequest,
  settings: SignInSettings = signInSettings(),
): Promise<Response> {
  const asked = frameSchema.safeParse(Object.fromEntries(request.nextUrl.searchParams));
  if (!asked.success || asked.data.iss.replace(/\/$/, "") !== settings.issuer)
    return frameAnswer(400, "refused");
  try {
    const ended = await endSessionsOfSid(settings.issuer, asked.data.sid);
    if (ended > 0) log.info({ event: "provider-logout", ended }, "The provider ended a sign-in.");
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

type Gathered = { issuer: string; sids: Set<string>; ended: Promise<ReadonlyMap<string, number>> };

/** The calls that the next statement carries out. */
let gathered: Gathered | null = null;
/** The statement that is under way. */
let ending: Promise<unknown> = Promise.resolve();

/** Ends the open sessions of one session of the provider, with those of all calls that wait meanwhile. @returns how many */
async function endSessionsOfSid(issuer: string, sid: string): Promise<number> {
  if (gathered?.issuer !== issuer) gathered = gather(issuer);
  gathered.sids.add(sid);
  return (await gathered.ended).get(sid) ?? 0;
}

function gather(issuer: string): Gathered {
  const sids = new Set<string>();
  const ended = ending.then(() => {
    gathered = null;
    return tenancyStore.endSessionsOfSids(issuer, [...sids]);
  });
  ending = ended.catch(() => {}); // each call of a failed statement says so itself
  return { issuer, sids, ended };
}
