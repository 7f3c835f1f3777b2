/**
 * How long claims count after the provider gave them. A session whose claims can't be asked for again lasts
 * no longer; another one shows nothing from then on, until the provider answers.
 */
export const CLAIMS_COUNT_MS = 60 * 60_000;

/** How long after an answer the claims are due again. */
export const ASK_AGAIN_MS = 5 * 60_000;

/** How long after a failure they are. */
export const RETRY_MS = 60_000;

/**
 * Claims that have been due for so long were asked for by no request: a page asks once a minute, also hidden.
 */
const IDLE_MS = 2 * 60_000;

/**
 * What a request does about its session's claims. `none`: nothing is due. `ask`: they are asked for, and the
 * request goes on with those that are known. `wait`: the request waits for the answer, because they are old.
 * @param claims.readAtMs null where the provider isn't asked again
 * @param claims.dueAtMs null where it isn't asked any more
 */
export function claimDuty(
  claims: { readAtMs: number | null; dueAtMs: number | null },
  nowMs: number,
): "none" | "ask" | "wait" {
  const { readAtMs, dueAtMs } = claims;
  if (readAtMs === null || dueAtMs === null || dueAtMs > nowMs) return "none";
  const isOld = nowMs - dueAtMs >= IDLE_MS || nowMs - readAtMs >= CLAIMS_COUNT_MS;
  return isOld ? "wait" : "ask";
}
