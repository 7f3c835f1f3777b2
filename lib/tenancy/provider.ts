import type { AuthOptions, Profile } from "next-auth";
import { type ClaimsRead, exchangeCode, readClaimsOf } from "./exchange";
import type { Claims } from "./merge-claims";
import { PROVIDER_ID } from "./next-auth";
import type { Provider } from "./provider-facts";
import { SILENCE_MS } from "./provider-keys";
import type { SignInSettings } from "./settings";

type AuthProvider = Extract<AuthOptions["providers"][number], { type: "oauth" }>;

/**
 * The provider as next-auth wants it: code flow with PKCE, state and nonce. Codes, tokens and claims are
 * checked here in next-auth's place, because it takes RS256 alone, fixes the clock tolerance, and reads no
 * userinfo beside an id token.
 * @param claims `lacks`: whether claims lack one that names capabilities, so that userinfo is asked; `read`
 * gets what was read
 */
export function oidcProvider(
  settings: SignInSettings,
  provider: Provider,
  claims: { lacks: (claims: Claims) => boolean; read: (found: ClaimsRead) => void },
): AuthProvider {
  const { metadata } = provider;
  return {
    id: PROVIDER_ID,
    name: "OpenID Connect",
    type: "oauth",
    issuer: metadata.issuer,
    jwks_endpoint: metadata.jwks_uri,
    clientId: settings.clientId,
    clientSecret: settings.clientSecret ?? undefined,
    authorization: { url: metadata.authorization_endpoint, params: { scope: settings.scopes } },
    checks: ["pkce", "state", "nonce"],
    idToken: true,
    httpOptions: { timeout: SILENCE_MS },
    token: {
      url: metadata.token_endpoint,
      request: async ({ provider: { callbackUrl }, params, checks }) => ({
        tokens: await exchangeCode(provider, settings, { callbackUrl, params, checks }),
      }),
    },
    userinfo: {
      url: metadata.userinfo_endpoint,
      request: async ({ tokens }) => {
        const found = await readClaimsOf(provider, settings, tokens, claims.lacks);
        claims.read(found);
        // next-auth's type of a profile has only what it reads itself.
        return found.claims as Profile;
      },
    },
    profile: ({ sub, name, email }: Profile) => ({ id: sub ?? "", name, email }),
  };
}
