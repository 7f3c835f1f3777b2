import type { StockSeries } from "./exporters";

/** What the bundle's queries must say of the tenant now; null: nothing. A line that isn't named is as in a healthy capability. */
export type ExpectedValues = Record<string, number | null>;

/** One tenant of the stock platform, with what was judged by hand. */
export type Scenario = {
  /** The tenant's id. */
  id: string;
  /** What is the matter with it. */
  what: string;
  /** Why the values are what they are. */
  why: string;
  series: StockSeries[];
  expected?: ExpectedValues;
  /** Its deployments as `version minute`, oldest first, where they differ from a healthy capability's. */
  deployments?: string[];
};

/** The instant that is asked about. */
export const STOCK_NOW_MS = Date.UTC(2026, 10, 21, 12);
