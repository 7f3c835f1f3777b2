import pLimit from "p-limit";

/** A question as it went over the wire. */
export type BareQuestion = { path: string; form: URLSearchParams };

/**
 * Puts questions to Prometheus and reads the answers, and does nothing with them.
 * @param concurrent so many at a time
 * @returns how many milliseconds all of them took
 * @throws Error when one isn't answered with 200
 */
export async function askBare(
  prometheusUrl: string,
  questions: readonly BareQuestion[],
  concurrent: number,
): Promise<number> {
  const limit = pLimit(concurrent);
  const startedMs = performance.now();
  await Promise.all(
    questions.map(({ path, form }) =>
      limit(async () => {
        const response = await fetch(`${prometheusUrl}${path}`, {
          method: "POST",
          // As the portal and the worker ask: packing costs more than it saves within a platform.
          headers: { "accept-encoding": "identity" },
          body: form,
        });
        const text = await response.text();
        if (!response.ok) throw new Error(`Prometheus answered ${response.status}: ${text.slice(0, 300)}`);
      }),
    ),
  );
  return performance.now() - startedMs;
}
