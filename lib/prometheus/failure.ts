import type { Failure, FailureCode } from "./answer";

/** What an owner reads. No address, no tenant and no query stands in it: those are for the operator's log. */
const SENTENCES: Record<FailureCode, string> = {
  unreachable: "The platform's metrics can't be reached right now.",
  timeout: "The platform's metrics did not answer in time.",
  starting: "The platform's metrics are starting up and don't answer yet.",
  unauthorised:
    "The platform's metrics refused this portal's credentials. Only the operator can put that right.",
  status: "The platform's metrics answered with an error.",
  "not-json": "The platform's metrics gave an answer that can't be read, or that broke off.",
  malformed: "The platform's metrics gave an answer in an unexpected form.",
  query: "The platform's metrics refused this question. Only the operator can put that right.",
  partial: "The platform's metrics answered in part only, so what is missing can't be known.",
  foreign: "The answer could not be shown to be about your capability alone, so none of it is used.",
};

/** The failure of a code, with its sentence. */
export function queryFailureOf(code: FailureCode): Failure {
  return { code, message: SENTENCES[code] };
}

/**
 * The outcome of one request. `unusable`: so many series of the answer, if any, held something that is no number, and were left
 * out. `detail` is for the operator's log only.
 */
export type QueryOutcome<T> =
  | { ok: true; data: T; unusable?: number }
  | { ok: false; code: FailureCode; detail: string };

export function failed(code: FailureCode, detail: string): { ok: false; code: FailureCode; detail: string } {
  return { ok: false, code, detail };
}
