import { type Labels, sampleHead } from "../exposition";

/**
 * One series of the history as OpenMetrics text. Its head is written once and kept, since millions of lines share it.
 */
export class Line {
  readonly #head: string;

  constructor(name: string, labels: Labels) {
    this.#head = `${sampleHead(name, labels)} `;
  }

  /** @param atMs a whole second: scrapes of the past are written down without their milliseconds */
  at(atMs: number, value: number): string {
    return `${this.#head}${value} ${atMs / 1000}\n`;
  }
}

/**
 * The instants of a family of series, ascending, on a fixed grid, without those in the scrape gap.
 * @param coarseSeconds step before `fineFromMs`
 * @param fineSeconds step from there on
 */
export function* grid(
  window: { fromMs: number; toMs: number; fineFromMs: number; gap: { fromMs: number; toMs: number } },
  coarseSeconds: number,
  fineSeconds: number,
): Generator<number> {
  const step = (atMs: number) => (atMs < window.fineFromMs ? coarseSeconds : fineSeconds) * 1000;
  const first = step(window.fromMs);
  for (let atMs = Math.ceil(window.fromMs / first) * first; atMs < window.toMs; atMs += step(atMs)) {
    if (atMs >= window.gap.fromMs && atMs < window.gap.toMs) continue;
    yield atMs;
  }
}
