import type { AuthOptions, Profile } from "next-auth";
import type { OAuthConfig } from "next-auth/providers/oauth";
import { custom, errors } from "openid-client";
import { SignInFailure } from "./failure";
import { PROVIDER_ID } from "./next-auth";
import type { SignInSettings } from "./settings";

/** How far the provider's clock and ours may be apart. */
const CLOCK_TOLERANCE_SECONDS = 30;

/** How long a call of the provider may be silent. */
const SILENCE_MS = 5_000;

type Provider = Extract<AuthOptions["providers"][number], { type: "oauth" }>;
type TokenRequest = Exclude<Extract<OAuthConfig<Profile>["token"], object>["request"], undefined>;

/** The provider as next-auth wants it: discovered at the issuer, code flow with PKCE, state and nonce, claims from the id token. */
export function oidcProvider(settings: SignInSettings): Provider {
  return {
    id: PROVIDER_ID,
    name: "OpenID Connect",
    type: "oauth",
    wellKnown: `${settings.issuer}/.well-known/openid-configuration`,
    clientId: settings.clientId,
    clientSecret: settings.clientSecret,
    authorization: { params: { scope: "openid email profile" } },
    checks: ["pkce", "state", "nonce"],
    idToken: true,
    httpOptions: { timeout: SILENCE_MS },
    token: { request: exchangeCode(settings.issuer) },
    profile: (claims: Profile) => ({ id: claims.sub ?? "", name: claims.name, email: claims.email }),
  };
}

/**
 * Trades the code for tokens and checks the id token.
 *
 * In next-auth's place, because it fixes the clock tolerance at 10 s and takes whatever issuer the discovery document
 * names; and because the cause of a refusal is known only here.
 */
function exchangeCode(issuer: string): TokenRequest {
  return async ({ client, provider, params, checks }) => {
    const named = client.issuer.metadata.issuer;
    if (named.replace(/\/$/, "") !== issuer) {
      throw new SignInFailure("token-refused", `OIDC_ISSUER is ${issuer}, but it calls itself ${named}.`);
    }
    client[custom.clock_tolerance] = CLOCK_TOLERANCE_SECONDS;
    try {
      const tokens = await client.callback(provider.callbackUrl, params, {
        ...checks,
        response_type: "code",
      });
      return { tokens };
    } catch (error) {
      throw explained(error);
    }
  };
}

/** Names the causes that need the error's class; the others keep their own words for failureOf. */
function explained(error: unknown): unknown {
  const isOurs = error instanceof errors.RPError && !/^(state|nonce) m|timed out/.test(error.message);
  return isOurs ? new SignInFailure("token-refused", error.message, { cause: error }) : error;
}
