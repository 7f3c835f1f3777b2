/** Why GitHub gave no list that can be used. */
export type RepositoryFault =
  | "unreachable" // no connection, or one that broke off
  | "timeout"
  | "unauthorised" // 401: the token is wrong or has expired
  | "forbidden" // 403 that isn't a limit: the token may not read issues
  | "not-found" // 404, or 301 to nowhere: no such repository for this token
  | "rate-limited" // 403 or 429
  | "status" // any other
  | "malformed" // not the list that was asked for
  | "too-large";

/** Sentences for owners. What the operator needs besides is in the log. */
const WORDS: Record<RepositoryFault, string> = {
  unreachable: "The operator's repository can't be reached.",
  timeout: "The operator's repository did not answer in time.",
  unauthorised: "The operator's repository did not accept the portal's token.",
  forbidden: "The portal may not read the issues of the operator's repository.",
  "not-found": "The operator's repository can't be found with the portal's token.",
  "rate-limited": "GitHub asks the portal to wait before it asks again.",
  status: "The operator's repository answered with an error.",
  malformed: "The answer of the operator's repository could not be read.",
  "too-large": "The answer of the operator's repository was too long to be read.",
};

/** GitHub asks for at least a minute where it names no time. */
const LEAST_WAIT_SECONDS = 60;
/** A limit is over within the hour; a header that says more is not believed. */
const MOST_WAIT_SECONDS = 2 * 3_600;

/** The message is a sentence for owners. */
export class RepositoryAnswerError extends Error {
  override name = "RepositoryAnswerError";
  constructor(
    readonly code: RepositoryFault,
    /** How long to leave GitHub alone; null: as long as between any two questions. */
    readonly waitSeconds: number | null = null,
    options?: ErrorOptions,
  ) {
    super(WORDS[code], options);
  }
}

type Refusal = {
  status: number;
  response?: { headers: Record<string, string | undefined> };
  message: string;
};

const isRefusal = (error: unknown): error is Refusal =>
  error instanceof Error && "status" in error && typeof error.status === "number";

/** What went wrong, as one of the closed set. @param signal the one that the question was put under */
export function githubFailureOf(error: unknown, signal: AbortSignal): RepositoryAnswerError {
  if (error instanceof RepositoryAnswerError) return error;
  if (signal.aborted) return new RepositoryAnswerError("timeout", null, { cause: error });
  const options = { cause: error };
  if (!isRefusal(error) || !error.response) {
    const inner = error instanceof Error ? error.cause : null;
    return inner instanceof RepositoryAnswerError
      ? inner
      : new RepositoryAnswerError("unreachable", null, options);
  }
  const { status, response, message } = error;
  if (status === 401) return new RepositoryAnswerError("unauthorised", null, options);
  if (status === 403 || status === 429) {
    const wait = waitSeconds(response.headers);
    const limited = status === 429 || wait !== null || /rate limit|abuse/i.test(message);
    if (!limited) return new RepositoryAnswerError("forbidden", null, options);
    return new RepositoryAnswerError("rate-limited", wait ?? LEAST_WAIT_SECONDS, options);
  }
  if (status === 404 || status === 410) return new RepositoryAnswerError("not-found", null, options);
  return new RepositoryAnswerError(status < 400 ? "malformed" : "status", null, options);
}

/** What a limit's headers ask for. Times are compared by GitHub's own clock, which every answer names. */
function waitSeconds(headers: Record<string, string | undefined>): number | null {
  const dateMs = Date.parse(headers.date ?? "");
  const hereMs = Number.isNaN(dateMs) ? Date.now() : dateMs;
  const asked = retryAfter(headers["retry-after"], hereMs) ?? untilReset(headers, hereMs);
  return asked === null ? null : Math.min(MOST_WAIT_SECONDS, Math.max(1, Math.ceil(asked)));
}

function retryAfter(text: string | undefined, hereMs: number): number | null {
  if (text === undefined) return null;
  if (/^\d+$/.test(text)) return Number(text);
  const atMs = Date.parse(text);
  return Number.isNaN(atMs) ? null : (atMs - hereMs) / 1000;
}

function untilReset(headers: Record<string, string | undefined>, hereMs: number): number | null {
  if (headers["x-ratelimit-remaining"] !== "0" || !/^\d+$/.test(headers["x-ratelimit-reset"] ?? ""))
    return null;
  return Number(headers["x-ratelimit-reset"]) - hereMs / 1000;
}
