/** The ranges that a preview can look back over, and how each is read. */
export const PREVIEW_RANGES = {
  "24h": { seconds: 86_400, finestStepSeconds: 30, parts: 2 },
  "7d": { seconds: 604_800, finestStepSeconds: 60, parts: 7 },
  "30d": { seconds: 2_592_000, finestStepSeconds: 300, parts: 10 },
} as const;

export type PreviewRange = keyof typeof PREVIEW_RANGES;
export const PREVIEW_RANGE_IDS = Object.keys(PREVIEW_RANGES) as PreviewRange[];

/** Every one of them divides each part of each range, so that parts meet without a gap. */
const STEPS_SECONDS = [30, 60, 300];

/**
 * How far apart the points of a preview are: as the evaluator's cycles where the range allows it, else the finest that does. A
 * point costs a judgement in the browser and a sample in the answer, and Prometheus gives a question 11,000 of them.
 */
export function previewStepSeconds(range: PreviewRange, evaluationIntervalSeconds: number): number {
  const least = Math.max(PREVIEW_RANGES[range].finestStepSeconds, evaluationIntervalSeconds);
  return STEPS_SECONDS.find((step) => step >= least) ?? 300;
}

export type PreviewGrid = { fromMs: number; toMs: number; stepSeconds: number };

/**
 * One part of a range that ends at `toMs`. The parts follow each other point by point; the last one has the end as well.
 * @param part from 0, the oldest
 */
export function previewPart(
  range: PreviewRange,
  stepSeconds: number,
  toMs: number,
  part: number,
): PreviewGrid {
  const { seconds, parts } = PREVIEW_RANGES[range];
  const lengthMs = (seconds / parts) * 1000;
  const fromMs = toMs - seconds * 1000 + part * lengthMs;
  const isLast = part === parts - 1;
  return { fromMs, toMs: isLast ? toMs : fromMs + lengthMs - stepSeconds * 1000, stepSeconds };
}
