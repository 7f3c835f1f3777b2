/** Why a query could not be confined. Each comes with a sentence for the query's author. */
export type UnscopableReason =
  | "label" // the tenant label's name is not one that Prometheus takes
  | "value" // the tenant id is not one
  | "too-long"
  | "characters" // control characters, or non-ASCII text outside a string
  | "syntax"
  | "string" // not terminated, or with an escape that Prometheus doesn't know
  | "construct" // PromQL that isn't on the list of what can be confined
  | "empty-selector"
  | "forged-label" // writes the tenant label, or a label whose name isn't known
  | "unproven"; // the result did not show the matcher on every selector

/** A query that can't be proven to stay with one tenant. It is never asked. */
export class UnscopableQueryError extends Error {
  override name = "UnscopableQueryError";

  /**
   * @param message one sentence
   * @param at where in the query, counted in characters from 0; null when it is about the whole
   */
  constructor(
    readonly reason: UnscopableReason,
    message: string,
    readonly at: number | null = null,
  ) {
    super(message);
  }
}
