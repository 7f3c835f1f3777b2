import { setTimeout as sleep } from "node:timers/promises";
import pLimit from "p-limit";
import type { Answer } from "@/lib/prometheus/answer";

/**
 * All parts of something, or null: it is of use as a whole only, so nothing is asked any more once one part is lost. A part whose
 * question fails is asked for once more after a pause, in which others take its place.
 * @param ask null: there is no such thing
 * @throws what `ask` throws first
 */
export async function askInPieces<T>(
  count: number,
  ask: (part: number) => Promise<Answer<T> | null>,
  { atOnce, againAfterMs }: { atOnce: number; againAfterMs: number },
): Promise<T[] | null> {
  const limit = pLimit(atOnce);
  const lost = new AbortController();
  async function read(part: number): Promise<T[]> {
    // What is lost is known within its turn: otherwise the next in line would begin first.
    const askInTurn = (isLast: boolean) =>
      limit(async () => {
        if (lost.signal.aborted) return null;
        const answer = await ask(part).catch((error) => {
          lost.abort();
          throw error;
        });
        if (answer === null || (isLast && !answer.ok)) lost.abort();
        return answer;
      });
    let answer = await askInTurn(false);
    if (answer?.ok === false) {
      await sleep(againAfterMs, undefined, { signal: lost.signal }).catch(() => {}); // cut short: nothing is asked then
      answer = await askInTurn(true);
    }
    return answer?.ok ? [answer.data] : [];
  }
  const parts = await Promise.all(Array.from({ length: count }, (_, part) => read(part)));
  return lost.signal.aborted ? null : parts.flat();
}
