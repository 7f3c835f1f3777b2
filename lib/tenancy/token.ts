import { decode } from "next-auth/jwt";
import { z } from "zod";
import { TENANT_ID } from "@/lib/tenant/scope";
import { MAX_CANDIDATES } from "./claim-bound";
import { CLAIM_FAULTS } from "./claim-fault";
import { signInCookies } from "./cookies";

/** How long a sign-in lasts. Nothing prolongs it. */
export const SESSION_SECONDS = 12 * 60 * 60;

/**
 * The most that a session's cookie holds, sealed. The answer that sets it stays within what proxies read of
 * an answer's head (4 kB), and the request that has it, beside the cookies of a sign-in under way, within the
 * 8 kB that they allow for a line.
 */
export const MAX_SESSION_COOKIE_BYTES = 2_200;

/** What that leaves for its content: sealing writes it in base64 and adds its own times, id, head and tag. */
const MAX_CONTENT_BYTES = Math.floor((MAX_SESSION_COOKIE_BYTES - 150) * 0.75) - 100;

const sessionTokenSchema = z.object({
  /** The session's row. */
  sid: z.uuid(),
  /** What the owner is called on the page: an address or a name. */
  label: z.string(),
  /** The valid tenants of the claim, as it was at sign-in. */
  candidates: z.array(z.string().regex(TENANT_ID)).max(MAX_CANDIDATES),
  /** Why the claims named no capability. */
  claimFault: z.enum(CLAIM_FAULTS).optional().catch(undefined),
  /** For the provider's own sign-out. */
  idToken: z.string().optional(),
});

/**
 * What the session cookie holds, encrypted under NEXTAUTH_SECRET. It names the session's row; the row
 * decides.
 */
export type SessionToken = z.infer<typeof sessionTokenSchema>;

/**
 * The capabilities that somebody may see and that the cookie has room for, in their order. Some fifty
 * fit.
 * @param content what else it holds
 */
export function fittingCandidates(
  content: Omit<SessionToken, "candidates" | "idToken">,
  candidates: readonly string[],
): string[] {
  const fits = (count: number) => {
    const full = { ...content, candidates: candidates.slice(0, count) };
    return Buffer.byteLength(JSON.stringify(full)) <= MAX_CONTENT_BYTES;
  };
  let count = Math.min(candidates.length, MAX_CANDIDATES);
  while (count > 0 && !fits(count)) count -= 1;
  return candidates.slice(0, count);
}

/**
 * Adds the id token to what the cookie holds, unless it is too long for that (one that lists many groups):
 * signing out then asks at the provider, where a click ends the session.
 */
export function withIdToken(token: SessionToken, idToken: string | undefined): SessionToken {
  const full = { ...token, idToken };
  return idToken && Buffer.byteLength(JSON.stringify(full)) <= MAX_CONTENT_BYTES ? full : token;
}

/**
 * Reads the session cookie, from however many chunks.
 * @param sent every cookie of the request
 * @returns null where there is none, or it is forged, damaged or expired
 */
export async function readSessionToken(
  sent: readonly { name: string; value: string }[],
  options: { secret: string; https: boolean },
): Promise<SessionToken | null> {
  const { name } = signInCookies(options.https).sessionToken;
  const jwe = joinChunks(name, sent);
  if (!jwe) return null;
  try {
    const parsed = sessionTokenSchema.safeParse(await decode({ token: jwe, secret: options.secret }));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

function joinChunks(name: string, sent: readonly { name: string; value: string }[]): string {
  const values = new Map(sent.map((cookie) => [cookie.name, cookie.value]));
  const whole = values.get(name);
  if (whole !== undefined) return whole;
  let joined = "";
  for (let chunk = 0; ; chunk += 1) {
    const value = values.get(`${name}.${chunk}`);
    if (value === undefined) return joined;
    joined += value;
  }
}
