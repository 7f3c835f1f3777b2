import { errors as joseErrors } from "jose";
import type { Client } from "openid-client";
import { SignInFailure } from "./failure";
import type { Claims } from "./merge-claims";
import type { Provider } from "./provider-facts";
import { CLOCK_TOLERANCE_SECONDS, keysOf, verifiedJwt } from "./provider-keys";
import type { SignInSettings } from "./settings";

/** The provider doesn't take the access token (401): it is too old, or was withdrawn. */
export class AccessTokenRefused extends SignInFailure {}

/**
 * What userinfo says of a person, as JSON or as a signed JWT (OpenID Connect Core 1.0, section 5.3.2).
 * @param subject the person's, whom the answer must be about
 * @throws SignInFailure `issuer-unreachable` where userinfo said nothing about the person,
 * `userinfo-refused` where its answer can't be used
 */
export async function readUserinfo(
  client: Client,
  { provider, settings }: { provider: Provider; settings: SignInSettings },
  accessToken: string,
  subject: string,
): Promise<Claims> {
  const endpoint = provider.metadata.userinfo_endpoint ?? "";
  const { status, type, body } = await answerOf(client, endpoint, accessToken);
  if (status === 401) throw new AccessTokenRefused("userinfo-refused", "Userinfo failed: it answered 401.");
  if (status !== 200) {
    const hasSpoken = status < 500 && status !== 429;
    throw failure(hasSpoken ? "userinfo-refused" : "issuer-unreachable", `it answered ${status}`);
  }
  const claims = /^application\/jwt\b/i.test(type)
    ? await signedClaims(body.trim(), { provider, settings })
    : parsedClaims(body);
  if (claims.sub !== subject) throw failure("userinfo-refused", "it is about another subject");
  return claims;
}

async function answerOf(client: Client, endpoint: string, accessToken: string) {
  const headers = { Accept: "application/json, application/jwt" };
  try {
    const answer = await client.requestResource(endpoint, accessToken, { method: "GET", headers });
    return {
      status: answer.statusCode ?? 0,
      type: answer.headers["content-type"] ?? "",
      body: answer.body?.toString() ?? "",
    };
  } catch (error) {
    // A call without an answer; openid-client has its own error for one that took too long.
    throw failure("issuer-unreachable", error instanceof Error ? error.message : String(error), error);
  }
}

function parsedClaims(body: string): Claims {
  try {
    const claims: unknown = JSON.parse(body);
    if (typeof claims === "object" && claims !== null && !Array.isArray(claims)) return claims as Claims;
  } catch {
    // the same as another kind of JSON
  }
  throw failure("userinfo-refused", "its answer is no JSON object");
}

/** Whom a signed answer is from and for need not be in it; where it is, it must be right. */
async function signedClaims(
  token: string,
  { provider, settings }: { provider: Provider; settings: SignInSettings },
): Promise<Claims> {
  if (token.split(".").length === 5)
    throw failure("userinfo-refused", "its answer is encrypted, which isn't read here");
  const options = {
    algorithms: provider.userinfoAlgorithms,
    clockTolerance: CLOCK_TOLERANCE_SECONDS,
  };
  try {
    const { payload } = await verifiedJwt(token, keysOf(provider, settings), options);
    const { iss = provider.metadata.issuer, aud = settings.clientId } = payload;
    if (iss !== provider.metadata.issuer || ![aud].flat().includes(settings.clientId))
      throw failure("userinfo-refused", "its answer is another issuer's, or for another client");
    return payload;
  } catch (error) {
    if (!(error instanceof joseErrors.JOSEError)) throw error;
    throw failure("userinfo-refused", `its signed answer failed a check: ${error.code}`, error);
  }
}

function failure(code: "userinfo-refused" | "issuer-unreachable", what: string, cause?: unknown) {
  return new SignInFailure(code, `Userinfo failed: ${what}.`, { cause });
}
