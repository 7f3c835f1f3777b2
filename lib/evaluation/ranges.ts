/**
 * The ranges a chart can show, each with its fixed step: at most about 300 points, and every viewer of a range asks for the
 * same grid, so that one answer serves them all.
 */
export const RANGES = {
  "1h": { seconds: 3_600, stepSeconds: 15 },
  "6h": { seconds: 21_600, stepSeconds: 90 },
  "24h": { seconds: 86_400, stepSeconds: 300 },
  "7d": { seconds: 604_800, stepSeconds: 2_400 },
  "30d": { seconds: 2_592_000, stepSeconds: 9_000 },
} as const;

export type RangeId = keyof typeof RANGES;
export const RANGE_IDS = Object.keys(RANGES) as RangeId[];

export function isRangeId(text: string): text is RangeId {
  return Object.hasOwn(RANGES, text);
}
