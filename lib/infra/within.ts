/**
 * The answer, or null where it takes longer. The question goes on: a later reader may find its answer kept.
 */
export async function withinMs<T>(answer: Promise<T>, waitMs: number): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), waitMs);
  });
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}
