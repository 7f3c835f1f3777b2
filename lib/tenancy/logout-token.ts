import { createHash } from "node:crypto";
import { decodeJwt, errors } from "jose";
import { z } from "zod";
import { discoverProvider } from "./discovery";
import type { Provider } from "./provider-facts";
import { CLOCK_TOLERANCE_SECONDS, keysOf, verifiedJwt } from "./provider-keys";
import { PROVIDER_NAME } from "./provider-name";
import type { SignInSettings } from "./settings";

/** A provider sends a token at once. One that is older was kept by somebody. */
const MAX_AGE_SECONDS = 300;

/** A taken token is remembered well beyond its age, since the clocks of web processes may be apart. */
export const REMEMBERED_MS = 2 * MAX_AGE_SECONDS * 1000;

/**
 * How long the provider's description is good for. A stranger's token must not make the portal ask each time.
 */
const DESCRIPTION_MS = 60_000;

const EVENT = "http://schemas.openid.net/event/backchannel-logout";
const name = z.string().regex(PROVIDER_NAME);

/** OpenID Connect Back-Channel Logout 1.0, section 2.4. A nonce would make it an id token. */
const claimsSchema = z
  .object({
    jti: z.string().min(1).max(1_024),
    sub: name.optional(),
    sid: name.optional(),
    events: z.object({ [EVENT]: z.object({}) }),
    nonce: z.never().optional(),
  })
  .refine(({ sub, sid }) => sub !== undefined || sid !== undefined);

/** Whose sessions are to end. */
export type Logout = {
  /** The provider's name for the person; null: the person of the session `sid`. */
  subject: string | null;
  /** The provider's session; null: all of the person. */
  sid: string | null;
  /** Identifies the token, and reveals nothing of it. */
  digest: string;
};

/** A token that ends nothing. The message is for the log, and names no value. */
export class LogoutRefused extends Error {
  override name = "LogoutRefused";
}

/**
 * Checks a logout token as OpenID Connect Back-Channel Logout 1.0, section 2.6 says. Whether it was used
 * before isn't known here.
 * @throws LogoutRefused with what is wrong; SignInFailure where the provider can't be asked for its keys
 */
export async function readLogoutToken(token: string, settings: SignInSettings): Promise<Logout> {
  refuseStrangers(token, settings);
  const provider = await describedProvider(settings);
  try {
    const { payload, protectedHeader } = await verifiedJwt(token, keysOf(provider, settings), {
      algorithms: provider.algorithms,
      issuer: provider.metadata.issuer,
      audience: settings.clientId,
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      maxTokenAge: MAX_AGE_SECONDS,
    });
    const { typ } = protectedHeader;
    if (typ !== undefined && !/^((application\/)?logout\+jwt|jwt)$/i.test(typ))
      throw new LogoutRefused("The token is of another type than logout+jwt.");
    const claims = claimsSchema.safeParse(payload);
    if (!claims.success) {
      const wrong = claims.error.issues.map(({ path }) => path[0] ?? "sub and sid");
      throw new LogoutRefused(`The token lacks or has what it must not: ${[...new Set(wrong)].join(", ")}.`);
    }
    const { sub = null, sid = null, jti } = claims.data;
    const digest = createHash("sha256").update(`${provider.metadata.issuer}\n${jti}`).digest("base64url");
    return { subject: sub, sid, digest };
  } catch (error) {
    if (error instanceof errors.JOSEError)
      throw new LogoutRefused(`The token failed a check: ${error.code}.`, { cause: error });
    throw error;
  }
}

/** Before anything is asked of the provider. What is read here isn't proven. */
function refuseStrangers(token: string, settings: SignInSettings): void {
  try {
    const { iss, aud } = decodeJwt(token);
    if (iss?.replace(/\/$/, "") === settings.issuer && [aud].flat().includes(settings.clientId)) return;
  } catch {
    throw new LogoutRefused("The token is no signed JWT.");
  }
  throw new LogoutRefused("The token is another issuer's, or for another client.");
}

let described: { of: string; untilMs: number; provider: Promise<Provider> } | null = null;

function describedProvider(settings: SignInSettings): Promise<Provider> {
  const of = JSON.stringify(settings);
  if (described?.of === of && described.untilMs > performance.now()) return described.provider;
  const provider = discoverProvider(settings);
  described = { of, untilMs: performance.now() + DESCRIPTION_MS, provider };
  provider.catch(() => {
    described = null;
  });
  return provider;
}
