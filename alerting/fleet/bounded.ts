import { parenthesised } from "@/lib/promql/plain-text";

/** At most, of one tenant: else the tenant that exposes most decides how long an answer is, and it is too long to be read. */
export const SERIES_OF_TENANT = 1_000;

/** The same question, with the highest values of each tenant where it has more series than that. */
export const boundedByTenant = (template: string): string =>
  `topk by ($tenant) (${SERIES_OF_TENANT}, ${parenthesised(template)})`;
