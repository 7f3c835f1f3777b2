import type { NextRequest } from "next/server";
import type { AuthOptions } from "next-auth";
import { z } from "zod";
import { handOff } from "@/lib/doorway/hand-off";
import { safePath } from "@/lib/doorway/safe-path";
import { isDatabaseError } from "@/lib/infra/database-error";
import { log } from "@/lib/infra/log";
import { tenantsFromClaim } from "./claim";
import { expireCookie, signInCookies } from "./cookies";
import { SignInFailure, type SignInFailureCode, signInFailureOf, signInSentence } from "./failure";
import { countSignIn } from "./metrics";
import { askForSession, askForSignIn, type NextAuthAnswer } from "./next-auth";
import { oidcProvider } from "./provider";
import { type SignInSettings, signInSettings } from "./settings";
import { createSignInLimiter, failureLogLimiter, senderAddress } from "./sign-in-limit";
import { tenancyStore } from "./store";
import { readSessionToken, SESSION_SECONDS, type SessionToken, withIdToken } from "./token";

/** Past this a step counts as failed, whatever it waits for: a provider that sends headers and then nothing has no timeout of its own. */
const STEP_DEADLINE_MS = 15_000;

const limiter = createSignInLimiter();
const mayLogFailure = failureLogLimiter();

/**
 * POST /api/auth/signin/oidc: sends the browser to the provider.
 *
 * Works by a plain form with no script. The token against forged forms is made and spent at once, because proxy.ts has
 * shown that the form is one of this site's.
 */
export async function beginSignIn(
  request: NextRequest,
  settings: SignInSettings = signInSettings(),
  secondsToWait: (address: string) => Promise<number> = limiter,
): Promise<Response> {
  const wait = await secondsToWait(senderAddress(request.headers.get("x-forwarded-for")));
  if (wait > 0) {
    countSignIn("rate-limited");
    await logFailure("rate-limited", settings);
    const headers = { "Retry-After": String(wait) };
    return toSignInPage("rate-limited", { status: 429, headers });
  }
  const form = await request.formData().catch(() => null);
  const returnTo = form?.get("callbackUrl");
  const callbackUrl = safePath(typeof returnTo === "string" ? returnTo : null);

  const answer = await withinDeadline(askForSignIn(authOptions(settings), callbackUrl));

  const failure = await failureIn(answer, settings);
  if (failure || !answer.redirect) return toSignInPage(failure ?? "failed");
  return handOff(answer.redirect, {
    title: "Signing in",
    sentence: "You are being taken to the sign-in service.",
    headers: answer.setCookies.map((line): [string, string] => ["Set-Cookie", line]),
  });
}

/** GET /api/auth/callback/oidc: takes the provider's answer, and opens a session. */
export async function finishSignIn(
  request: NextRequest,
  settings: SignInSettings = signInSettings(),
): Promise<Response> {
  const sent = request.cookies.getAll();
  const answer = await withinDeadline(askForSession(authOptions(settings), request));

  const failure = await failureIn(answer, settings);
  const headers = new Headers({ "Cache-Control": "no-store" });
  if (failure) {
    headers.set("Location", `/sign-in?error=${failure}`);
    return new Response(null, { status: 303, headers });
  }
  countSignIn("ok");
  await endPredecessor(sent, settings);
  for (const line of sessionCookieLines(answer.setCookies, settings)) headers.append("Set-Cookie", line);
  headers.set("Location", safePath(answer.redirect, settings.portalOrigin));
  return new Response(null, { status: 303, headers });
}

/** The cookies that outlive a sign-in: the session's. next-auth would leave its token against forged forms, too. */
function sessionCookieLines(lines: readonly string[], settings: SignInSettings): string[] {
  const { csrfToken, callbackUrl } = signInCookies(settings.https);
  const passing = [csrfToken, callbackUrl].map((cookie) => cookie?.name ?? "");
  const kept = lines.filter((line) => !passing.some((name) => line.startsWith(`${name}=`)));
  return [...kept, ...passing.map((name) => expireCookie(name, settings.https))];
}

/** A browser holds one session: whoever signs in again leaves the one before. */
async function endPredecessor(
  sent: readonly { name: string; value: string }[],
  settings: SignInSettings,
): Promise<void> {
  const predecessor = await readSessionToken(sent, settings);
  if (predecessor) await tenancyStore.endSession(predecessor.sid, Date.now());
}

function authOptions(settings: SignInSettings): AuthOptions {
  return {
    secret: settings.secret,
    useSecureCookies: settings.https,
    cookies: signInCookies(settings.https),
    providers: [oidcProvider(settings)],
    session: { strategy: "jwt", maxAge: SESSION_SECONDS },
    jwt: { maxAge: SESSION_SECONDS },
    callbacks: {
      redirect: ({ url, baseUrl }) => `${baseUrl}${safePath(url, baseUrl)}`,
      jwt: async ({ account, profile }) => {
        if (!account || !profile) throw new SignInFailure("failed", "A sign-in came without a profile.");
        return openSession({ ...profile }, account.id_token, settings);
      },
    },
  };
}

/** The row of a new session, and the content of the cookie that names it. */
async function openSession(
  claims: Record<string, unknown>,
  idToken: string | undefined,
  settings: SignInSettings,
): Promise<SessionToken> {
  const subject = z.string().min(1).parse(claims.sub);
  const nowMs = Date.now();
  const candidates = tenantsFromClaim(claims[settings.tenantClaim]);
  const sid = await tenancyStore
    .startSession(
      { issuer: settings.issuer, subject, expiresAtMs: nowMs + SESSION_SECONDS * 1000, candidates },
      nowMs,
    )
    .catch((error: unknown) => {
      // Here and not where the sign-in ends: next-auth keeps nothing of an error but its message.
      log.error({ event: "session-not-written", err: error }, "A session could not be written.");
      if (!isDatabaseError(error)) throw error;
      throw new SignInFailure("database-unreachable", "The session could not be written.", { cause: error });
    });
  const names = [claims.email, claims.name, claims.preferred_username, subject];
  const label = names.find((name): name is string => typeof name === "string" && name.trim() !== "");
  const token = {
    sid,
    label: (label ?? subject).slice(0, 200),
    candidates,
  };
  return withIdToken(token, idToken);
}

/** What went wrong in a step, after writing it down. next-auth shows it by a redirect to its own pages, which aren't served. */
async function failureIn(
  answer: NextAuthAnswer,
  settings: SignInSettings,
): Promise<SignInFailureCode | null> {
  const toOwnPages = answer.redirect?.startsWith(`${settings.portalOrigin}/api/auth`) ?? true;
  if (!answer.error && !toOwnPages) return null;
  const failure = signInFailureOf(answer.error);
  countSignIn(failure);
  const { error } = answer;
  const cause = error instanceof Error ? error.message : null;
  log.warn({ event: "sign-in-failed", failure, cause, issuer: settings.issuer }, signInSentence(failure));
  await logFailure(failure, settings);
  return failure;
}

/**
 * A line in the access log. Anybody can make a sign-in fail, as often as they like, so beyond a number of lines a minute only the
 * process's own log has it; and a log that can't be written keeps nobody waiting for their answer.
 */
async function logFailure(failure: SignInFailureCode, settings: SignInSettings): Promise<void> {
  if (failure === "database-unreachable" || !(await mayLogFailure())) return;
  await tenancyStore.recordFailedSignIn(settings.issuer, failure, Date.now()).catch((error: unknown) => {
    log.error(
      { event: "access-log-failed", err: error },
      "A failed sign-in could not be written to the access log.",
    );
  });
}

function withinDeadline(step: Promise<NextAuthAnswer>): Promise<NextAuthAnswer> {
  return new Promise((resolve, reject) => {
    const error = new SignInFailure("issuer-unreachable", `No answer within ${STEP_DEADLINE_MS} ms.`);
    const timer = setTimeout(() => resolve({ redirect: null, setCookies: [], error }), STEP_DEADLINE_MS);
    step.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** Back to the sign-in page, from a form: its address carries the reason. */
function toSignInPage(
  failure: SignInFailureCode,
  answer: { status?: number; headers?: Record<string, string> } = {},
): Response {
  const page = { title: "Sign in", sentence: signInSentence(failure), ...answer };
  return handOff(`/sign-in?error=${failure}`, page);
}
