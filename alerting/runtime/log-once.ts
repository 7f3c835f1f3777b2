import { isDatabaseAway } from "@/lib/infra/database-away";
import { log } from "@/lib/infra/log";

export type LogOnce = {
  /** Logs the failure, unless it is the same as the one before. A database that is away is the same however it says so. */
  failed(error: unknown): void;
  /** It works again: the next failure is news. */
  worked(): void;
};

/**
 * Keeps a failure that lasts from filling the log. Another failure is logged, so that a mistake isn't hidden behind an outage.
 * @param complaint what is logged, a sentence
 */
export function createLogOnce(complaint: string): LogOnce {
  let last: string | null = null;
  return {
    failed: (error) => {
      const failure = isDatabaseAway(error) ? "database away" : String(error);
      if (failure !== last) log.error({ err: error }, complaint);
      last = failure;
    },
    worked: () => {
      last = null;
    },
  };
}
