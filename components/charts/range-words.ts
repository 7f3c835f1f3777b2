import { isRangeId, type RangeId } from "@/lib/evaluation/ranges";

/** What each range is called on its tab, and in a sentence. */
export const RANGE_LABELS: Record<RangeId, { short: string; long: string }> = {
  "1h": { short: "1 h", long: "1 hour" },
  "6h": { short: "6 h", long: "6 hours" },
  "24h": { short: "24 h", long: "24 hours" },
  "7d": { short: "7 d", long: "7 days" },
  "30d": { short: "30 d", long: "30 days" },
};

export const rangeWords = (range: RangeId): string => RANGE_LABELS[range].long;

/** The range that a page's address asks for; 6 hours where it asks for none, or for one that doesn't exist. */
export function rangeOf(text: string | null | undefined): RangeId {
  return text && isRangeId(text) ? text : "6h";
}
