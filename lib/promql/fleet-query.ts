declare const proof: unique symbol;

/** A query for every tenant at once, which gives each the value that it would get if asked alone. Made only by fleet.ts. */
export type FleetQuery = {
  readonly promql: string;
  /** The label that says whose a series is. */
  readonly label: string;
  readonly [proof]: "fleet";
};
