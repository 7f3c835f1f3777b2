import { decode, encode } from "next-auth/jwt";
import { z } from "zod";
import { SESSION_SECONDS } from "./token";

/**
 * By which the provider is asked again for somebody's claims: with a refresh token; else with the access
 * token, as long as that lasts.
 */
export type ProviderTokens = { refreshToken: string } | { accessToken: string; expiresAtMs: number };

const tokensSchema = z.union([
  z.object({ refreshToken: z.string().min(1) }),
  z.object({ accessToken: z.string().min(1), expiresAtMs: z.number() }),
]);

/** More than any provider's token is long. One that is longer isn't kept. */
const MAX_SEALED_LENGTH = 32 * 1024;

/** The key is made from NEXTAUTH_SECRET and the session's id: in another session's row it opens nothing. */
const saltOf = (sessionId: string) => `watchpost.provider-tokens.${sessionId}`;

/** Tokens as a session's row keeps them, encrypted (A256GCM); null where they are too long. */
export async function sealTokens(
  tokens: ProviderTokens,
  sessionId: string,
  secret: string,
): Promise<string | null> {
  const token = { ...tokens };
  const sealed = await encode({ token, secret, salt: saltOf(sessionId), maxAge: SESSION_SECONDS });
  return sealed.length <= MAX_SEALED_LENGTH ? sealed : null;
}

/** The tokens of a session's row; null where they were sealed with another secret, or for another session. */
export async function openTokens(
  sealed: string,
  sessionId: string,
  secret: string,
): Promise<ProviderTokens | null> {
  const token = await decode({ token: sealed, secret, salt: saltOf(sessionId) }).catch(() => null);
  const parsed = tokensSchema.safeParse(token);
  return parsed.success ? parsed.data : null;
}
