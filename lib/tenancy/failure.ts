/** Why a sign-in came to nothing. Each has one sentence; what exactly went wrong stands in the log. */
export const SIGN_IN_FAILURES = [
  "issuer-unreachable",
  "client-refused",
  "answer-refused",
  "provider-unusable",
  "issuer-mismatch",
  "algorithm-refused",
  "clock-apart",
  "token-refused",
  "userinfo-refused",
  "subject-refused",
  "state-mismatch",
  "access-denied",
  "database-unreachable",
  "rate-limited",
  "failed",
] as const;
export type SignInFailureCode = (typeof SIGN_IN_FAILURES)[number];

/**
 * A failure whose cause is known where it happens. next-auth keeps `code` when it wraps an error, and little
 * else.
 */
export class SignInFailure extends Error {
  override name = "SignInFailure";
  constructor(
    readonly code: SignInFailureCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

const UNREACHABLE_CODE =
  /^(ECONN|ENOTFOUND|EAI_|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EPIPE|EPROTO|CERT_|ERR_TLS|ERR_SSL|UNABLE_TO|DEPTH_ZERO|SELF_SIGNED)/;

/**
 * The failure behind an error of next-auth or openid-client.
 *
 * By code where there is one; else by the wording of the pinned versions, which the tests hold to: next-auth
 * drops the class and the fields of what it wraps.
 */
export function signInFailureOf(error: unknown): SignInFailureCode {
  if (!(error instanceof Error)) return "failed";
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  const known = SIGN_IN_FAILURES.find((failure) => failure === code);
  if (known) return known;

  if (UNREACHABLE_CODE.test(code)) return "issuer-unreachable";
  // A cookie of the flow that can't be decrypted or is too old.
  if (/^ERR_J(WE|WT|OSE)/.test(code)) return "state-mismatch";

  const { message } = error;
  if (/cookie was missing|could not be parsed|^(state|nonce) m|^checks\.state/.test(message)) {
    return "state-mismatch";
  }
  if (/^access_denied\b/.test(message)) return "access-denied";
  if (/^(invalid_client|unauthorized_client)\b/.test(message)) return "client-refused";
  if (
    /timed out|^expected 200 OK|must be configured|is not valid JSON|in JSON at|socket hang up/.test(message)
  ) {
    return "issuer-unreachable";
  }
  // The registered errors of OAuth and OpenID Connect are all words joined by underscores.
  if (/^[a-z]+(_[a-z]+)+( \(|$)/.test(message)) return "answer-refused";
  return "failed";
}

const SENTENCES: Record<SignInFailureCode, string> = {
  "issuer-unreachable":
    "The sign-in service can't be reached, or doesn't answer as it should. This says nothing about your capability. Try again in a minute; if it lasts, tell the operator.",
  "client-refused":
    "The sign-in service refuses this portal's own credentials. Only the operator can put that right: the portal's client id, its secret or key, or the way in which it sends them (OIDC_CLIENT_AUTH) is wrong.",
  "answer-refused":
    "The sign-in service ended the sign-in with an error. Start again; if it happens once more, tell the operator.",
  "provider-unusable":
    "The sign-in service offers no way of signing in that this portal can use. Only the operator can fix that: the portal's log says what is missing.",
  "issuer-mismatch":
    "The answer doesn't come from the sign-in service that this portal is set to trust, so you are not signed in. Tell the operator.",
  "algorithm-refused":
    "The sign-in service signed its answer in a way that this portal doesn't accept. Only the operator can fix that: the portal's log names the algorithm.",
  "clock-apart":
    "The sign-in service's answer isn't valid at the portal's time: one of the two clocks is wrong. Start again; if it happens again, tell the operator.",
  "token-refused":
    "The sign-in service's answer failed a check, so you are not signed in. Tell the operator: the portal's log names the check.",
  "userinfo-refused":
    "The sign-in service confirmed your account, but its answer about your capabilities can't be used. Try again in a minute; if it happens again, tell the operator.",
  "subject-refused":
    "The sign-in service's id of this account has characters that the portal can't store, so you are not signed in. Tell the operator; nothing is wrong with your capability.",
  "state-mismatch":
    "This browser has no such sign-in open: it took longer than 15 minutes, was begun in another browser, or was finished before. Press Sign in. If this page comes back, allow cookies for this site.",
  "access-denied": "The sign-in was cancelled, or the sign-in service doesn't let this account in here.",
  "database-unreachable":
    "The portal can't reach its database, so it can't sign anybody in. Try again in a minute; if it lasts, tell the operator.",
  "rate-limited": "Too many sign-ins were started in a short time. Wait a minute and try again.",
  failed:
    "The sign-in failed for a reason that the portal doesn't know. The operator finds it in the portal's log.",
};

/**
 * The heading of the sign-in page after a failure. One that a stale tab or bookmark leads to is nobody's
 * error.
 */
export const signInHeading = (failure: SignInFailureCode): string =>
  failure === "state-mismatch" ? "This sign-in has expired." : "You are not signed in.";

/** What the sign-in page says about a failure: what happened, and what to do. */
export function signInSentence(failure: SignInFailureCode): string {
  return SENTENCES[failure];
}
