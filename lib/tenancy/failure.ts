/** Why a sign-in came to nothing. Each has one sentence; what exactly went wrong stands in the log. */
export const SIGN_IN_FAILURES = [
  "issuer-unreachable",
  "client-refused",
  "answer-refused",
  "token-refused",
  "state-mismatch",
  "access-denied",
  "database-unreachable",
  "rate-limited",
  "failed",
] as const;
export type SignInFailureCode = (typeof SIGN_IN_FAILURES)[number];

/** A failure whose cause is known where it happens. next-auth keeps `code` when it wraps an error, and little else. */
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
 * By code where there is one; else by the wording of the pinned versions, which the tests hold to: next-auth drops the
 * class and the fields of what it wraps.
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
    "The sign-in service refuses this portal's own credentials. Only the operator can put that right: the portal's client id or client secret is wrong.",
  "answer-refused":
    "The sign-in service ended the sign-in with an error. Start again; if it happens once more, tell the operator.",
  "token-refused":
    "The sign-in service's answer did not stand up to a check, so you are not signed in. Its clock may be wrong, or it isn't the service that this portal was told to trust. Tell the operator.",
  "state-mismatch":
    "This answer belongs to no sign-in that this browser has open. It may have taken longer than 15 minutes, or the browser keeps no cookies for this site. Allow its cookies and start again.",
  "access-denied": "The sign-in was cancelled, or the sign-in service doesn't let this account in here.",
  "database-unreachable":
    "The portal can't reach its database, so it can't sign anybody in. Try again in a minute; if it lasts, tell the operator.",
  "rate-limited": "Too many sign-ins were started in a short time. Wait a minute and try again.",
  failed:
    "The sign-in failed for a reason that the portal doesn't know. The operator finds it in the portal's log.",
};

/** What the sign-in page says about a failure: what happened, and what to do. */
export function signInSentence(failure: SignInFailureCode): string {
  return SENTENCES[failure];
}
