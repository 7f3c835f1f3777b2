import { LRUCache } from "lru-cache";
import { withinMs } from "@/lib/infra/within";
import type { Answer } from "@/lib/prometheus/answer";

/** After a question that was too much for the store, it isn't asked again for so long: polls would keep the store at it. */
const REST_MS = 300_000;
const resting = new LRUCache<string, true>({ max: 2_000, ttl: REST_MS });

/**
 * Asks what a page can do without, and waits for no longer than `waitMs`. The question goes on: a later reader may find its answer kept.
 * @param key what rests after a timeout of the store; it names the tenant
 * @returns null where there is no answer in time, and where the question rests
 */
export async function askInTime<T>(
  key: string,
  ask: () => Promise<Answer<T>>,
  waitMs: number,
): Promise<Answer<T> | null> {
  if (resting.has(key)) return null;
  const asked = ask().then((answer) => {
    if (!answer.ok && answer.failure.code === "timeout") resting.set(key, true);
    return answer;
  });
  return withinMs(asked, waitMs);
}
