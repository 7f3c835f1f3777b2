import type { NextRequest } from "next/server";
import type { AuthOptions } from "next-auth";
import { isLackingIn } from "@/lib/catalogue/claim-map";
import type { ClaimRule } from "@/lib/catalogue/identity";
import { handOff } from "@/lib/doorway/hand-off";
import { safePath } from "@/lib/doorway/safe-path";
import { log } from "@/lib/infra/log";
import { withinMs } from "@/lib/infra/within";
import { roomForCookies } from "./answer-bound";
import { signInCookies } from "./cookies";
import { discoverProvider } from "./discovery";
import type { ClaimsRead } from "./exchange";
import { SignInFailure, type SignInFailureCode, signInFailureOf, signInSentence } from "./failure";
import { beginFlow, endFlow, flowOf, isOfNewest, newFlow } from "./flows";
import type { Claims } from "./merge-claims";
import { countSignIn, type SignInCount } from "./metrics";
import { askForSession, askForSignIn, type NextAuthAnswer } from "./next-auth";
import { asDatabase, openSession } from "./open-session";
import { oidcProvider } from "./provider";
import type { Provider } from "./provider-facts";
import { currentRules } from "./read-candidates";
import { type SignInSettings, signInSettings } from "./settings";
import { createSignInLimiter, failureLogLimiter, senderAddress } from "./sign-in-limit";
import { tenancyStore } from "./store";
import { readSessionToken, SESSION_SECONDS, withIdToken } from "./token";

/**
 * Past this a step counts as failed, whatever it waits for: a provider that sends headers and then nothing
 * has no timeout of its own.
 */
const STEP_DEADLINE_MS = 15_000;

const limiter = createSignInLimiter();
const mayLogFailure = failureLogLimiter();

/**
 * POST /api/auth/signin/oidc: sends the browser to the provider.
 *
 * Works by a plain form with no script. The token against forged forms is made and spent at once, because
 * proxy.ts has shown that the form is one of this site's.
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

  const flow = newFlow();
  const answer = await withinDeadline(
    atProvider({ settings, flow }, (options) => askForSignIn(options, callbackUrl)),
  );

  const failure = await failureIn(answer, settings);
  if (failure || !answer.redirect) return toSignInPage(failure ?? "failed");
  const room = roomForCookies("");
  const lines = await beginFlow(request.cookies.getAll(), answer.setCookies, { flow, room }, settings);
  return handOff(answer.redirect, {
    title: "Signing in",
    sentence: "You are being taken to the sign-in service.",
    headers: lines.map((line): [string, string] => ["Set-Cookie", line]),
  });
}

/** GET /api/auth/callback/oidc: takes the provider's answer, and opens a session. */
export async function finishSignIn(
  request: NextRequest,
  settings: SignInSettings = signInSettings(),
): Promise<Response> {
  const sent = request.cookies.getAll();
  const query = request.nextUrl.searchParams;
  const state = query.get("state");
  const flow = await flowOf(sent, state, settings);
  const isNewest = await isOfNewest(sent, state, settings);
  // Before the provider is asked anything: a stranger's answer, or one that was used before, costs nothing.
  if (!query.has("error") && flow === null && !isNewest) {
    const error = new SignInFailure("state-mismatch", "The browser has no sign-in open with this state.");
    return redirectTo(`/sign-in?error=${await failed(error, settings)}`);
  }
  let count: SignInCount = "ok";
  const answer = await withinDeadline(
    atProvider(
      { settings, flow },
      (options) => askForSession(options, request),
      (opened) => {
        count = opened;
      },
    ),
  );

  const failure = await failureIn(answer, settings);
  if (failure) return redirectTo(`/sign-in?error=${failure}`);
  countSignIn(count);
  await endPredecessor(sent, settings);
  const location = safePath(answer.redirect, settings.portalOrigin);
  const session = sessionCookieLines(answer.setCookies, flow, settings);
  const room = roomForCookies(location);
  return redirectTo(location, endFlow(sent, { flow, isNewest }, { session, room }, settings.https));
}

function redirectTo(location: string, setCookies: readonly string[] = []): Response {
  const headers = new Headers({ "Cache-Control": "no-store", Location: location });
  for (const line of setCookies) headers.append("Set-Cookie", line);
  return new Response(null, { status: 303, headers });
}

/**
 * The lines of the cookies that outlive a sign-in: the session's. next-auth would leave its token against
 * forged forms, too.
 */
function sessionCookieLines(
  lines: readonly string[],
  flow: string | null,
  settings: SignInSettings,
): string[] {
  const { csrfToken, callbackUrl } = signInCookies(settings.https, flow);
  const passing = [csrfToken, callbackUrl].map((cookie) => cookie?.name ?? "");
  return lines.filter((line) => !passing.some((name) => line.startsWith(`${name}=`)));
}

/** A browser holds one session: a new sign-in ends the one before. */
async function endPredecessor(
  sent: readonly { name: string; value: string }[],
  settings: SignInSettings,
): Promise<void> {
  const predecessor = await readSessionToken(sent, settings);
  if (predecessor) await tenancyStore.endSession(predecessor.sid, Date.now());
}

/** A step of a sign-in, with the provider as it describes itself now. */
async function atProvider(
  { settings, flow }: Pick<Step, "settings" | "flow">,
  step: (options: AuthOptions) => Promise<NextAuthAnswer>,
  opened: (count: SignInCount) => void = () => {},
): Promise<NextAuthAnswer> {
  try {
    const provider = await discoverProvider(settings);
    const rules = await asDatabase(currentRules(settings));
    return await step(authOptions({ settings, flow, provider, rules, opened }));
  } catch (error) {
    if (error instanceof SignInFailure) return { redirect: null, setCookies: [], error };
    throw error;
  }
}

type Step = {
  settings: SignInSettings;
  /** Whose cookies these are, where a browser has several sign-ins under way. */
  flow: string | null;
  provider: Provider;
  rules: readonly ClaimRule[];
  /** Is called with the outcome once a session is open. */
  opened: (count: SignInCount) => void;
};

function authOptions({ settings, flow, provider, rules, opened }: Step): AuthOptions {
  const lacks = (claims: Claims) => isLackingIn(claims, rules);
  let userinfoFailure: SignInFailure | null = null;
  const read = (found: ClaimsRead) => {
    ({ userinfoFailure } = found);
  };
  return {
    secret: settings.secret,
    useSecureCookies: settings.https,
    cookies: signInCookies(settings.https, flow),
    providers: [oidcProvider(settings, provider, { lacks, read })],
    session: { strategy: "jwt", maxAge: SESSION_SECONDS },
    jwt: { maxAge: SESSION_SECONDS },
    callbacks: {
      redirect: ({ url, baseUrl }) => `${baseUrl}${safePath(url, baseUrl)}`,
      jwt: async ({ account, profile }) => {
        if (!account || !profile) throw new SignInFailure("failed", "A sign-in came without a profile.");
        const claims = { claims: { ...profile }, userinfoFailure };
        const { token, count } = await openSession(claims, settings, { provider, rules, given: account });
        opened(count);
        return withIdToken(token, account.id_token);
      },
    },
  };
}

/**
 * What went wrong in a step, after writing it down. next-auth shows it by a redirect to its own pages, which
 * aren't served.
 */
async function failureIn(
  answer: NextAuthAnswer,
  settings: SignInSettings,
): Promise<SignInFailureCode | null> {
  const toOwnPages = answer.redirect?.startsWith(`${settings.portalOrigin}/api/auth`) ?? true;
  return answer.error || toOwnPages ? failed(answer.error, settings) : null;
}

/** Counts a failure and writes it down. @returns its code */
async function failed(error: unknown, settings: SignInSettings): Promise<SignInFailureCode> {
  const failure = signInFailureOf(error);
  countSignIn(failure);
  const cause = error instanceof Error ? error.message : null;
  log.warn({ event: "sign-in-failed", failure, cause, issuer: settings.issuer }, signInSentence(failure));
  await logFailure(failure, settings);
  return failure;
}

/**
 * A line in the access log. Anybody can make a sign-in fail, as often as they like, so beyond a number of
 * lines a minute only the process's own log has it; and a log that can't be written keeps nobody waiting for
 * their answer.
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

async function withinDeadline(step: Promise<NextAuthAnswer>): Promise<NextAuthAnswer> {
  const answer = await withinMs(step, STEP_DEADLINE_MS);
  if (answer) return answer;
  const error = new SignInFailure("issuer-unreachable", `No answer within ${STEP_DEADLINE_MS} ms.`);
  return { redirect: null, setCookies: [], error };
}

/** Back to the sign-in page, from a form: its address carries the reason. */
function toSignInPage(
  failure: SignInFailureCode,
  answer: { status?: number; headers?: Record<string, string> } = {},
): Response {
  const page = { title: "Sign in", sentence: signInSentence(failure), ...answer };
  return handOff(`/sign-in?error=${failure}`, page);
}
