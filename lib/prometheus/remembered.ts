import { LRUCache } from "lru-cache";
import type { Answer, Failure } from "./answer";
import { failureOf, type Outcome } from "./failure";

/** Long enough that a dead Prometheus isn't hammered, short enough that its recovery shows at the next look. */
export const FAILURE_MEMORY_MS = 2_000;

type Good<T> = { data: T; atMs: number };

/**
 * Asks each question once: whoever asks what is being asked waits for the same answer, and whoever asks what was answered
 * gets that. A failure is remembered for a moment, and comes with the last good answer to the same kind of question.
 */
export class Remembered<T extends object> {
  private readonly good: LRUCache<string, Good<T>>;
  private readonly last: LRUCache<string, Good<T>>;
  private readonly failed = new LRUCache<string, { failure: Failure; untilMs: number }>({ max: 10_000 });
  private readonly asking = new Map<string, Promise<Answer<T>>>();

  /**
   * @param weigh about how many values an answer holds
   * @param capacity how many values are kept at most
   */
  constructor(
    private readonly nowMs: () => number,
    weigh: (data: T) => number,
    capacity: number,
  ) {
    const options = { maxSize: capacity, sizeCalculation: ({ data }: Good<T>) => weigh(data) + 1 };
    this.good = new LRUCache(options);
    this.last = new LRUCache(options);
  }

  /**
   * @param key the question with its time
   * @param kind the question without its time: what "the last good answer" goes by
   * @param atMs the time that the answer stands for
   */
  ask(key: string, kind: string, atMs: number, put: () => Promise<Outcome<T>>): Promise<Answer<T>> {
    const known = this.good.get(key);
    if (known) return Promise.resolve({ ok: true, ...known });
    const failure = this.failed.get(key);
    if (failure && failure.untilMs > this.nowMs())
      return Promise.resolve(this.failure(kind, failure.failure));
    const asked = this.asking.get(key);
    if (asked) return asked;
    const answer = this.put(key, kind, atMs, put).finally(() => this.asking.delete(key));
    this.asking.set(key, answer);
    return answer;
  }

  private async put(
    key: string,
    kind: string,
    atMs: number,
    put: () => Promise<Outcome<T>>,
  ): Promise<Answer<T>> {
    const outcome = await put();
    if (!outcome.ok) {
      const failure = failureOf(outcome.code);
      this.failed.set(key, { failure, untilMs: this.nowMs() + FAILURE_MEMORY_MS });
      return this.failure(kind, failure);
    }
    const good = { data: outcome.data, atMs };
    this.good.set(key, good);
    if (atMs >= (this.last.get(kind)?.atMs ?? Number.NEGATIVE_INFINITY)) this.last.set(kind, good);
    return { ok: true, ...good };
  }

  private failure(kind: string, failure: Failure): Answer<T> {
    return { ok: false, failure, last: this.last.get(kind) ?? null };
  }
}
