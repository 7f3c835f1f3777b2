import { setTimeout as sleep } from "node:timers/promises";
import { log } from "@/lib/infra/log";
import { outsideRequest } from "@/lib/infra/outside-request";
import { withinMs } from "@/lib/infra/within";
import { askProvider, type ProviderAnswer } from "./ask-provider";
import { ASK_AGAIN_MS, RETRY_MS } from "./claim-age";
import { discoverProvider } from "./discovery";
import { SignInFailure } from "./failure";
import type { Claims } from "./merge-claims";
import { countClaimCheck } from "./metrics";
import { openTokens, type ProviderTokens, sealTokens } from "./provider-tokens";
import { currentRules, namedIn } from "./read-candidates";
import type { SignInSettings } from "./settings";
import { type Leased, tenancyStore } from "./store";
import type { SessionToken } from "./token";

/** How long a request waits for the provider. The answer counts for the next one. */
const WAIT_MS = 12_000;

/** How long asking may take: what the provider sends late counts, since a refresh token is used up by then. */
const DEADLINE_MS = 30_000;

/** Longer than asking takes, also on a slow machine. Then another process may ask. */
const LEASE_MS = 60_000;

/** How often is looked whether another process has its answer. */
const LOOK_MS = 200;

const asking = new Map<string, Promise<void>>();

/**
 * Asks the provider again for the claims of a session, where they are due, and writes down what it said: the
 * session goes on, or it ends because the claims no longer name what it may see. Several requests of one
 * session ask once. What can't be asked changes nothing.
 */
export function askAgain(token: SessionToken, settings: SignInSettings, nowMs: number): Promise<void> {
  const underWay = asking.get(token.sid);
  if (underWay) return underWay;
  const work = outsideRequest(() => askOrWait(token, settings, nowMs))
    .catch((error: unknown) => {
      log.error(
        { event: "claims-not-asked", err: error },
        "A session's claims could not be asked for again.",
      );
    })
    .finally(() => asking.delete(token.sid));
  asking.set(token.sid, work);
  return work;
}

/** As `askAgain`, for a request that needs the answer. It waits within a bound. */
export async function awaitClaims(
  token: SessionToken,
  settings: SignInSettings,
  nowMs: number,
): Promise<void> {
  await withinMs(askAgain(token, settings, nowMs), WAIT_MS);
}

async function askOrWait(token: SessionToken, settings: SignInSettings, nowMs: number): Promise<void> {
  const leased = await tenancyStore.leaseTokens(token.sid, LEASE_MS);
  if (!leased) return waitForOther(token.sid);
  const tokens = await openTokens(leased.tokens, token.sid, settings.secret);
  const answer: ProviderAnswer =
    tokens && leased.issuer === settings.issuer
      ? await ask(tokens, leased, settings, nowMs)
      : { kind: "over" };
  await settle({ token, leased, settings }, answer);
}

/** Another process asks, or has just asked: the row says which. */
async function waitForOther(sessionId: string): Promise<void> {
  const until = performance.now() + WAIT_MS;
  while (performance.now() < until && (await tenancyStore.isLeased(sessionId))) await sleep(LOOK_MS);
}

async function ask(
  tokens: ProviderTokens,
  { subject }: Leased,
  settings: SignInSettings,
  nowMs: number,
): Promise<ProviderAnswer> {
  const answer = await withinMs(askNow(tokens, subject, settings, nowMs), DEADLINE_MS);
  if (answer) return answer;
  const failure = new SignInFailure("issuer-unreachable", `No answer within ${DEADLINE_MS} ms.`);
  return { kind: "unanswered", failure, tokens };
}

async function askNow(
  tokens: ProviderTokens,
  subject: string,
  settings: SignInSettings,
  nowMs: number,
): Promise<ProviderAnswer> {
  try {
    const provider = await discoverProvider(settings);
    const rules = await currentRules(settings);
    return await askProvider(tokens, { provider, settings, rules, subject }, nowMs);
  } catch (error) {
    if (!(error instanceof SignInFailure)) throw error;
    return { kind: "unanswered", failure: error, tokens };
  }
}

type Step = { token: SessionToken; leased: Leased; settings: SignInSettings };

async function settle(step: Step, answer: ProviderAnswer): Promise<void> {
  const { token, leased } = step;
  const reference = token.sid;
  if (answer.kind === "claims") {
    if (!(await isStillNamed(step, answer.claims))) {
      countClaimCheck("withdrawn");
      log.info({ event: "claims-withdrawn", reference }, "The provider no longer names what a session saw.");
      await tenancyStore.endLeased(reference, leased);
      return;
    }
    countClaimCheck("confirmed");
    return keep(step, answer.tokens, { dueInMs: ASK_AGAIN_MS, isRead: true });
  }
  countClaimCheck(answer.kind);
  if (answer.kind === "refused") {
    const { cause } = answer;
    log.info({ event: "claims-refused", reference, cause }, "The provider refuses the person of a session.");
    await tenancyStore.endLeased(reference, leased);
  } else if (answer.kind === "unanswered") {
    const cause = answer.failure.message;
    log.warn(
      { event: "claims-unanswered", reference, cause },
      "The provider could not be asked for a session's claims; they count for an hour.",
    );
    await keep(step, answer.tokens, { dueInMs: RETRY_MS, isRead: false });
  } else {
    await tenancyStore.settleClaims(reference, leased, { tokens: null, dueInMs: null, isRead: false });
  }
}

async function keep(
  { token: { sid }, leased, settings }: Step,
  tokens: ProviderTokens,
  { dueInMs, isRead }: { dueInMs: number; isRead: boolean },
): Promise<void> {
  const sealed = await sealTokens(tokens, sid, settings.secret);
  await tenancyStore.settleClaims(sid, leased, {
    tokens: sealed,
    dueInMs: sealed === null ? null : dueInMs,
    isRead,
  });
}

/** All that may be chosen, until one is chosen: what is left of several, a new sign-in shows. */
async function isStillNamed({ token, leased, settings }: Step, claims: Claims): Promise<boolean> {
  const named = await namedIn(claims, leased.subject, await currentRules(settings));
  const needed = leased.tenantId === null ? token.candidates : [leased.tenantId];
  return needed.every((id) => named.includes(id));
}
