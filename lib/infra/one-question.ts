import { isDatabaseAway } from "./database-away";
import { log } from "./log";

/**
 * Asks the database the same question, which may hang: one at a time, so that a hung one isn't asked again
 * and again. Callers meanwhile share it. A failure is logged, save that the database is away.
 * @returns a function that answers null after `timeoutMs`, or where the question failed
 */
export function oneQuestion<T>(ask: () => Promise<T>, timeoutMs: number): () => Promise<T | null> {
  let asking: Promise<T | null> | null = null;
  return async () => {
    asking ??= ask()
      .catch((error) => {
        if (!isDatabaseAway(error)) log.error({ err: error }, "A question to the database failed.");
        return null;
      })
      .finally(() => {
        asking = null;
      });
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<null>((resolve) => {
      timer = setTimeout(() => resolve(null), timeoutMs);
    });
    return Promise.race([asking, late]).finally(() => clearTimeout(timer));
  };
}
