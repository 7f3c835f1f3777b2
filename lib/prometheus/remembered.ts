import { hash } from "node:crypto";
import { LRUCache } from "lru-cache";
import type { Answer, Failure } from "./answer";
import { type QueryOutcome, queryFailureOf } from "./failure";
import type { Packing } from "./packing";

/** Long enough that a dead Prometheus isn't hammered, short enough that its recovery shows at the next look. */
export const FAILURE_MEMORY_MS = 2_000;

/** What an entry takes besides its answer: two keys, and its place in two lists. */
const ENTRY_BYTES = 500;

type Good<T> = { data: T; atMs: number };
type Kept<P> = { packed: P; atMs: number };

/**
 * Asks each question once: callers with a question that is being asked wait for the same answer, and later ones get that
 * answer. A failure is remembered for a moment, and comes with the last good answer to the same kind of question.
 */
export class Remembered<T, P extends object> {
  private readonly good: LRUCache<string, Kept<P>>;
  private readonly last: LRUCache<string, Kept<P>>;
  private readonly failed = new LRUCache<string, { failure: Failure; untilMs: number }>({ max: 10_000 });
  private readonly asking = new Map<string, Promise<Answer<T>>>();

  /** @param capacityBytes how much is kept at most of what may be asked again, and as much of what was last known */
  constructor(
    private readonly nowMs: () => number,
    private readonly packing: Packing<T, P>,
    capacityBytes: number,
  ) {
    const sizeCalculation = ({ packed }: Kept<P>) => packing.bytes(packed) + ENTRY_BYTES;
    const options = { maxSize: capacityBytes, sizeCalculation };
    this.good = new LRUCache(options);
    this.last = new LRUCache(options);
  }

  /**
   * @param question all of it but its time: what "the last good answer" goes by
   * @param atMs the time that the answer stands for
   */
  ask(question: string, atMs: number, put: () => Promise<QueryOutcome<T>>): Promise<Answer<T>> {
    // A question's text is longer than many an answer, and no two texts have the same digest.
    const kind = hash("sha256", question, "base64");
    const key = `${atMs} ${kind}`;
    const known = this.good.get(key);
    if (known) return Promise.resolve({ ok: true, ...this.unpacked(known) });
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
    put: () => Promise<QueryOutcome<T>>,
  ): Promise<Answer<T>> {
    const outcome = await put();
    if (!outcome.ok) {
      const failure = queryFailureOf(outcome.code);
      this.failed.set(key, { failure, untilMs: this.nowMs() + FAILURE_MEMORY_MS });
      return this.failure(kind, failure);
    }
    const kept = { packed: this.packing.pack(outcome.data), atMs };
    this.good.set(key, kept);
    if (atMs >= (this.last.get(kind)?.atMs ?? Number.NEGATIVE_INFINITY)) this.last.set(kind, kept);
    return { ok: true, data: outcome.data, atMs };
  }

  private failure(kind: string, failure: Failure): Answer<T> {
    const last = this.last.get(kind);
    return { ok: false, failure, last: last ? this.unpacked(last) : null };
  }

  private unpacked({ packed, atMs }: Kept<P>): Good<T> {
    return { data: this.packing.unpack(packed), atMs };
  }
}
