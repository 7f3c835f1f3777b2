import { errors, type TokenSet } from "openid-client";
import { isLackingIn } from "@/lib/catalogue/claim-map";
import type { ClaimRule } from "@/lib/catalogue/identity";
import { clientOf, readClaimsOf } from "./exchange";
import { SignInFailure, signInFailureOf } from "./failure";
import type { Claims } from "./merge-claims";
import type { Provider } from "./provider-facts";
import type { ProviderTokens } from "./provider-tokens";
import type { SignInSettings } from "./settings";
import { AccessTokenRefused, readUserinfo } from "./userinfo";

/** What the provider says of a session that was opened before. */
export type ProviderAnswer =
  /** `tokens`: by which it is asked the next time. */
  | { kind: "claims"; claims: Claims; tokens: ProviderTokens }
  /** The person has no access any more: the account, the consent or the provider's session is over. */
  | { kind: "refused"; cause: string }
  /** It said nothing about the person. `tokens` may be newer than those that were sent. */
  | { kind: "unanswered"; failure: SignInFailure; tokens: ProviderTokens }
  /** The access token is too old, and there is none to follow it. */
  | { kind: "over" };

/** How the provider can be asked again after a sign-in or a refresh; null where it can't. */
export function tokensIn(set: {
  refresh_token?: string | undefined;
  access_token?: string | undefined;
  expires_at?: number | undefined;
}): ProviderTokens | null {
  if (set.refresh_token) return { refreshToken: set.refresh_token };
  // An access token that doesn't say how long it lasts is good for nothing later.
  if (!set.access_token || set.expires_at === undefined) return null;
  return { accessToken: set.access_token, expiresAtMs: set.expires_at * 1000 };
}

/** Whom the provider is asked about, and how. */
export type AskedAbout = {
  provider: Provider;
  settings: SignInSettings;
  rules: readonly ClaimRule[];
  /** The person's, whom the answer must be about. */
  subject: string;
};

/** Asks for somebody's claims, as they are now. Doesn't throw for what a provider may do. */
export async function askProvider(
  tokens: ProviderTokens,
  asking: AskedAbout,
  nowMs: number,
): Promise<ProviderAnswer> {
  if ("refreshToken" in tokens) return refresh(tokens, asking);
  if (tokens.expiresAtMs <= nowMs || !asking.provider.metadata.userinfo_endpoint) return { kind: "over" };
  try {
    return { kind: "claims", claims: await userinfoOf(tokens.accessToken, asking), tokens };
  } catch (error) {
    if (error instanceof AccessTokenRefused) return { kind: "refused", cause: error.message };
    return unanswered(error, tokens);
  }
}

async function refresh(tokens: { refreshToken: string }, asking: AskedAbout): Promise<ProviderAnswer> {
  const { provider, settings, subject } = asking;
  let kept: ProviderTokens = tokens;
  try {
    const set = await clientOf(provider, settings).refresh(tokens.refreshToken);
    // A provider that sends no new one means the old one to be used again.
    if (set.refresh_token) kept = { refreshToken: set.refresh_token };
    const claims = set.id_token ? await claimsIn(set, asking) : await userinfoOf(set.access_token, asking);
    if (claims.sub !== subject)
      throw new SignInFailure("token-refused", "The new id token is about another subject.");
    return { kind: "claims", claims, tokens: kept };
  } catch (error) {
    if (refusesPerson(error)) return { kind: "refused", cause: (error as Error).message };
    return unanswered(error, kept);
  }
}

async function claimsIn(set: TokenSet, { provider, settings, rules }: AskedAbout): Promise<Claims> {
  const lacks = (claims: Claims) => isLackingIn(claims, rules);
  const { claims, userinfoFailure } = await readClaimsOf(provider, settings, set, lacks);
  // What userinfo would have said isn't known, so nothing may be taken from anybody.
  if (userinfoFailure) throw userinfoFailure;
  return claims;
}

async function userinfoOf(accessToken: string | undefined, asking: AskedAbout): Promise<Claims> {
  const { provider, settings, subject } = asking;
  if (!accessToken || !provider.metadata.userinfo_endpoint)
    throw new SignInFailure("token-refused", "The provider gave neither an id token nor userinfo.");
  return readUserinfo(clientOf(provider, settings), { provider, settings }, accessToken, subject);
}

function unanswered(error: unknown, tokens: ProviderTokens): ProviderAnswer {
  if (error instanceof SignInFailure) return { kind: "unanswered", failure: error, tokens };
  const said = error instanceof Error ? error.message : String(error);
  const failure = new SignInFailure(signInFailureOf(error), said, { cause: error });
  return { kind: "unanswered", failure, tokens };
}

/** The registered errors by which a provider says that a person, and not this portal, is refused. */
const OF_PERSON = new Set([
  "invalid_grant",
  "access_denied",
  "login_required",
  "consent_required",
  "interaction_required",
  "account_selection_required",
]);

/** Whether a provider's answer refuses the person themselves (RFC 6749, section 5.2). */
const refusesPerson = (error: unknown): boolean =>
  error instanceof errors.OPError && OF_PERSON.has(error.error ?? "");
