import { createRemoteJWKSet, errors, type JWTVerifyGetKey, type JWTVerifyOptions, jwtVerify } from "jose";
import { SignInFailure } from "./failure";
import type { Provider } from "./provider-facts";
import type { SignInSettings } from "./settings";

/** How far the provider's clock and ours may be apart. */
export const CLOCK_TOLERANCE_SECONDS = 30;

/** How long a call of the provider may be silent. */
export const SILENCE_MS = 5_000;

/** A token that names no key, as it need not, may be signed by any of the provider's. */
export async function verifiedJwt(token: string, keyOfToken: JWTVerifyGetKey, options: JWTVerifyOptions) {
  try {
    return await jwtVerify(token, keyOfToken, options);
  } catch (error) {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
    for await (const key of error) {
      const found = await jwtVerify(token, key, options).catch((each: unknown) => {
        if (!(each instanceof errors.JWSSignatureVerificationFailed)) throw each;
      });
      if (found) return found;
    }
    throw new errors.JWSSignatureVerificationFailed();
  }
}

let keys: { of: string; get: ReturnType<typeof createRemoteJWKSet> } | null = null;

/** The provider's keys are kept, and asked for again where a token names one that isn't there. */
export function keysOf({ metadata }: Provider, settings: SignInSettings): JWTVerifyGetKey {
  if (keys?.of !== metadata.jwks_uri) {
    const options = { timeoutDuration: SILENCE_MS, cooldownDuration: 5_000 };
    keys = { of: metadata.jwks_uri, get: createRemoteJWKSet(new URL(metadata.jwks_uri), options) };
  }
  const { get } = keys;
  const secret = new TextEncoder().encode(settings.clientSecret ?? "");
  return async (header, token) => {
    if (header.alg.startsWith("HS")) return secret;
    try {
      return await get(header, token);
    } catch (error) {
      throw isOfToken(error) ? error : unreadable(error);
    }
  };
}

/** The keys were read, and the token names none or several of them. */
const isOfToken = (error: unknown): boolean =>
  error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys;

function unreadable(cause: unknown): SignInFailure {
  const said = cause instanceof Error ? cause.message : String(cause);
  return new SignInFailure("issuer-unreachable", `The provider's keys can't be read: ${said}`, { cause });
}
