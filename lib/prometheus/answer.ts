/** Why Prometheus gave no usable answer. Each code has a sentence fit for an owner in failure.ts. */
export type FailureCode =
  | "unreachable" // no connection
  | "timeout" // not answered in time
  | "starting" // 503: restarting or replaying its log
  | "unauthorised" // 401 or 403
  | "status" // any other HTTP status
  | "not-json" // HTML, or a body cut short
  | "malformed" // JSON of another shape
  | "query" // the query was refused (400, 422)
  | "partial" // warnings, or a partial response: what is missing can't be known
  | "foreign"; // a series of another tenant came back; all of the answer is dropped

export type Failure = { code: FailureCode; message: string };

/** One value of an instant query. `value` may be NaN or infinite, just as Prometheus said. */
export type Sample = { labels: Record<string, string>; value: number };

/** One series of a range query: [milliseconds since the epoch, value]. A gap is a missing pair, never a zero. */
export type Series = { labels: Record<string, string>; points: [atMs: number, value: number][] };

/** What was asked, or why it couldn't be: "could not ask" is never an empty list. `last` is the last good answer in this process. */
export type Answer<T> =
  | { ok: true; data: T; atMs: number }
  | { ok: false; failure: Failure; last: { data: T; atMs: number } | null };
