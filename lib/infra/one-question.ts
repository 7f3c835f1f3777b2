/**
 * Asks the same question of something that may hang: one at a time, so that a hung one isn't asked again and again. Whoever asks
 * meanwhile shares it.
 * @returns a function that answers null after `timeoutMs`, or where the question failed
 */
export function oneQuestion<T>(ask: () => Promise<T>, timeoutMs: number): () => Promise<T | null> {
  let asking: Promise<T | null> | null = null;
  return async () => {
    asking ??= ask()
      .catch(() => null)
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
