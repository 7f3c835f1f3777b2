import { decodeProtectedHeader, type JWK } from "jose";
import {
  type CallbackParamsType,
  type Client,
  custom,
  errors,
  Issuer,
  type OpenIDCallbackChecks,
  TokenSet,
  type TokenSetParameters,
} from "openid-client";
import { SignInFailure, type SignInFailureCode } from "./failure";
import { type Claims, mergedClaims } from "./merge-claims";
import type { Provider } from "./provider-facts";
import { CLOCK_TOLERANCE_SECONDS, SILENCE_MS } from "./provider-keys";
import type { SignInSettings } from "./settings";
import { readUserinfo } from "./userinfo";

/**
 * Trades the code for tokens, and checks answer and id token (OpenID Connect Core 1.0, sections 3.1.2.7 and
 * 3.1.3.7; RFC 9207).
 * @throws SignInFailure with the cause; other errors keep their own words for signInFailureOf()
 */
export async function exchangeCode(
  provider: Provider,
  settings: SignInSettings,
  answer: { callbackUrl: string; params: CallbackParamsType; checks: OpenIDCallbackChecks },
): Promise<TokenSet> {
  const client = clientOf(provider, settings);
  try {
    const checks = { ...answer.checks, response_type: "code" };
    return await client.callback(answer.callbackUrl, answer.params, checks);
  } catch (error) {
    throw explained(error);
  }
}

/**
 * `userinfoFailure`: why userinfo, which may have had what is lacking, could not be used; null where it was,
 * or wasn't needed.
 */
export type ClaimsRead = { claims: Claims; userinfoFailure: SignInFailure | null };

/**
 * The claims of an id token that was checked, and where it lacks one those of userinfo, whose subject must be
 * the same (OpenID Connect Core 1.0, section 5.3.2). Where both have a claim, the id token's counts.
 * @param lacks whether claims lack one that names capabilities
 */
export async function readClaimsOf(
  provider: Provider,
  settings: SignInSettings,
  tokens: TokenSetParameters,
  lacks: (claims: Claims) => boolean,
): Promise<ClaimsRead> {
  const set = tokens instanceof TokenSet ? tokens : new TokenSet(tokens);
  const signed: Claims = set.claims();
  const isAddressLacking =
    settings.scopes.split(" ").includes("email") &&
    (signed.email === undefined || signed.email_verified === undefined);
  const isAsked = lacks(signed) || isAddressLacking;
  if (!isAsked || !provider.metadata.userinfo_endpoint || !set.access_token)
    return { claims: signed, userinfoFailure: null };
  try {
    const client = clientOf(provider, settings);
    const more = await readUserinfo(client, { provider, settings }, set.access_token, String(signed.sub));
    return { claims: mergedClaims(signed, more), userinfoFailure: null };
  } catch (error) {
    if (!(error instanceof SignInFailure)) throw error;
    return { claims: signed, userinfoFailure: error };
  }
}

/** A client of the provider, which accepts every algorithm that the provider lists. */
export function clientOf({ metadata, algorithms, clientAuth }: Provider, settings: SignInSettings): Client {
  const issuer = new Issuer(metadata);
  const client = new issuer.Client(
    {
      client_id: settings.clientId,
      client_secret: settings.clientSecret ?? undefined,
      token_endpoint_auth_method: clientAuth,
      token_endpoint_auth_signing_alg: settings.clientKey?.alg,
      id_token_signed_response_alg: algorithms[0],
    },
    settings.clientKey ? { keys: [settings.clientKey as JWK as never] } : undefined,
  );
  client[custom.clock_tolerance] = CLOCK_TOLERANCE_SECONDS;
  for (const each of [client, issuer]) each[custom.http_options] = () => ({ timeout: SILENCE_MS });
  acceptAlgorithms(client, algorithms);
  return client;
}

type Validation = (jwt: string, expectedAlg: string, required?: string[]) => Promise<unknown>;

/**
 * openid-client compares with one algorithm, and a provider may sign with any that it lists. Its types leave
 * this method out.
 */
function acceptAlgorithms(client: Client, algorithms: readonly string[]): void {
  const open = client as unknown as { validateJWT: Validation };
  const validate = open.validateJWT.bind(client);
  open.validateJWT = async (jwt, expected, required) =>
    validate(jwt, acceptedAlgorithm(jwt, algorithms) ?? expected, required);
}

function acceptedAlgorithm(jwt: string, algorithms: readonly string[]): string | null {
  let alg: unknown;
  try {
    ({ alg } = decodeProtectedHeader(jwt));
  } catch {
    return null; // no JWT: openid-client says so
  }
  if (typeof alg === "string" && algorithms.includes(alg)) return alg;
  const named = JSON.stringify(alg ?? null).slice(0, 20);
  const reason = `The id token is signed with ${named}; accepted are ${algorithms.join(", ")}.`;
  throw new SignInFailure("algorithm-refused", reason);
}

/** By the wording of the pinned version: its errors have no codes. */
const CAUSES: [RegExp, SignInFailureCode][] = [
  [/^JWT (expired|not active yet)/, "clock-apart"],
  [/^unexpected iss value|^iss (mismatch|missing)/, "issuer-mismatch"],
];

/** Names the causes that need the error's class; the others keep their own words for signInFailureOf(). */
function explained(error: unknown): unknown {
  if (!(error instanceof errors.RPError) || /^(state|nonce) m|timed out/.test(error.message)) return error;
  const [, code = "token-refused"] = CAUSES.find(([wording]) => wording.test(error.message)) ?? [];
  return new SignInFailure(code, error.message, { cause: error });
}
