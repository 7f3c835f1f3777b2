/** How many single letters must be added, taken away or replaced to turn one word into the other. */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let line = 1; line <= from.length; line++) {
    const next = [line];
    for (let column = 1; column <= to.length; column++) {
      const replaced = (row[column - 1] ?? 0) + (from[line - 1] === to[column - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[column] ?? 0) + 1, (next[column - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}

/**
 * The known word that was most likely meant, or null when none is close: at most a third of its letters
 * differ.
 */
export function nearest(word: string, known: readonly string[]): string | null {
  let best: string | null = null;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const candidate of known) {
    const letters = distance(word.toLowerCase(), candidate.toLowerCase());
    if (letters < bestDistance && letters <= Math.max(1, Math.floor(candidate.length / 3))) {
      best = candidate;
      bestDistance = letters;
    }
  }
  return best;
}
