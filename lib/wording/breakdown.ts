import type { Breakdown, BreakdownRules, TopParts } from "@/lib/evaluation/breakdown";
import { partInWords } from "./part-words";

/** What was asked about all parts, where the worst ones don't show it. null: it wasn't asked, or could not be. */
type AboutAll = Record<"all" | "bad" | "sum", number | null>;

const NOT_ASKED: AboutAll = { all: null, bad: null, sum: null };

/** The worst parts with their names in words, and what is known of all of them. */
export function breakdownOf(
  { label, by, adds }: BreakdownRules,
  { parts, mayBeMore, mayMoreBeBad }: TopParts,
  asked: AboutAll = NOT_ASKED,
): Breakdown {
  const all = mayBeMore ? asked.all : parts.length;
  const bad = mayMoreBeBad ? asked.bad : parts.filter(({ isBad }) => isBad).length;
  const sum = mayMoreBeBad ? asked.sum : parts.reduce((total, { value }) => total + value, 0);
  return {
    label,
    adds,
    parts: parts.map((part) => ({
      ...part,
      words: partInWords(by, part.name),
      share: adds && sum !== null && sum > 0 ? part.value / sum : null,
    })),
    counts: all === null || bad === null ? null : { all, bad },
  };
}
