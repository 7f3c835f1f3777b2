import type { Answer, Failure } from "@/lib/prometheus/answer";

/**
 * Several answers that only mean something together.
 *
 * Good when all are good. Otherwise the first failure, with the best that is known: for each part this answer or its last good
 * one, and nothing at all where a part was never answered. `atMs` is that of the oldest part.
 */
export function together<T extends Record<string, unknown>>(
  answers: {
    [K in keyof T]: Answer<T[K]>;
  },
): Answer<T> {
  const parts = Object.entries<Answer<unknown>>(answers);
  const known: Record<string, unknown> = {};
  let failure: Failure | null = null;
  let complete = true;
  let atMs = Number.POSITIVE_INFINITY;
  for (const [name, answer] of parts) {
    if (!answer.ok) failure ??= answer.failure;
    const part = answer.ok ? answer : answer.last;
    if (part === null) {
      complete = false;
      continue;
    }
    known[name] = part.data;
    atMs = Math.min(atMs, part.atMs);
  }
  const data = known as T;
  if (failure === null) return { ok: true, data, atMs };
  return { ok: false, failure, last: complete ? { data, atMs } : null };
}

/** The same answer, its data seen in another way; the last good data too. */
export function mapAnswer<T, U>(answer: Answer<T>, view: (data: T) => U): Answer<U> {
  if (answer.ok) return { ...answer, data: view(answer.data) };
  return { ...answer, last: answer.last && { data: view(answer.last.data), atMs: answer.last.atMs } };
}
