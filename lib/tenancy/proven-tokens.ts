import { withinMs } from "@/lib/infra/within";
import { type AskedAbout, askProvider, type ProviderAnswer, tokensIn } from "./ask-provider";
import { CLAIMS_COUNT_MS } from "./claim-age";
import type { ProviderTokens } from "./provider-tokens";
import { namedIn } from "./read-candidates";
import { SESSION_SECONDS } from "./token";

/** What a provider gives at a sign-in. */
export type GivenTokens = Parameters<typeof tokensIn>[0];

/** How long a sign-in waits for the proof. */
const WAIT_MS = 5_000;

/** `why`: the reason why the provider can't be asked again, for the log. It names no value. */
export type Proven = { tokens: ProviderTokens; why?: never } | { tokens: null; why: string };

/**
 * By what the provider can be asked again for what a sign-in named. It is asked once in that way: some send
 * no claims with a refresh, or have none at userinfo, and what is missing there later would prove nothing.
 * @param candidates what the session may see
 */
export async function provenTokens(
  given: GivenTokens,
  candidates: readonly string[],
  asking: AskedAbout,
  nowMs: number,
): Promise<Proven> {
  const tokens = tokensIn(given);
  if (!tokens)
    return { tokens: null, why: "The provider sent no refresh token, and no access token with a time." };
  if (candidates.length === 0) return { tokens: null, why: "The sign-in names no capability." };
  const answer = await withinMs(askProvider(tokens, asking, nowMs), WAIT_MS);
  if (answer?.kind === "claims") {
    const named = await namedIn(answer.claims, asking.subject, asking.rules);
    if (candidates.every((id) => named.includes(id))) return { tokens: answer.tokens };
    return {
      tokens: null,
      why: `Asked again ${how(tokens)}, the provider doesn't name what it named at sign-in.`,
    };
  }
  return { tokens: null, why: `Asked again ${how(tokens)}: ${saidBy(answer)}` };
}

const how = (tokens: ProviderTokens) => ("refreshToken" in tokens ? "with its refresh token" : "at userinfo");

function saidBy(answer: Exclude<ProviderAnswer, { kind: "claims" }> | null): string {
  if (!answer) return `no answer within ${WAIT_MS} ms.`;
  if (answer.kind === "over") return "the access token is over, or there is no userinfo.";
  return answer.kind === "refused" ? answer.cause : answer.failure.message;
}

/**
 * How long a session lasts: as long as any where a refresh token keeps its claims true; else as long as its
 * access token, but an hour at least.
 * @param tokens null where the provider can't be asked again
 */
export function sessionLastsMs(tokens: ProviderTokens | null, nowMs: number): number {
  const longest = SESSION_SECONDS * 1000;
  if (tokens && "refreshToken" in tokens) return longest;
  const askable = tokens ? tokens.expiresAtMs - nowMs : 0;
  return Math.min(longest, Math.max(CLAIMS_COUNT_MS, askable));
}
