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

/** A stretch of the history that is written in one go. */
export type HistoryStretch = {
  fromMs: number;
  toMs: number;
  /** early: all but the last day. last-day: the day before the start. tail: the moments in which the rest was written. */
  kind: "early" | "last-day" | "tail";
};

const TAIL_STEP_SECONDS = 15;

/**
 * The instants of a family of series, ascending, on a fixed grid, without those in the scrape gap.
 * @param steps in seconds: in the early days, and on the last one. The tail is never coarser than 15 s, so that a rate over two
 *   minutes has enough samples at the join with the live series.
 */
export function* grid(
  stretch: HistoryStretch,
  gap: { fromMs: number; toMs: number },
  steps: { early: number; lastDay: number },
): Generator<number> {
  const seconds = {
    early: steps.early,
    "last-day": steps.lastDay,
    tail: Math.min(steps.lastDay, TAIL_STEP_SECONDS),
  }[stretch.kind];
  const stepMs = seconds * 1000;
  for (let atMs = Math.ceil(stretch.fromMs / stepMs) * stepMs; atMs < stretch.toMs; atMs += stepMs) {
    if (atMs < gap.fromMs || atMs >= gap.toMs) yield atMs;
  }
}
