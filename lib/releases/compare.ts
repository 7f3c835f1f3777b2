import {
  type BlockValue,
  compareLine,
  type Doubt,
  type LineComparison,
  type LineRule,
  unclearLine,
} from "./compare-line";

/** Blocks of values by line, oldest first. */
export type BlocksByLine = ReadonlyMap<string, readonly BlockValue[]>;

/** What was measured before a release and after it, or at the same hours of an earlier day. */
export type BeforeAndAfter = { before: BlocksByLine; after: BlocksByLine };

export type ReleaseComparison = {
  overall: "better" | "same" | "worse" | "unclear";
  lines: LineComparison[];
};

/**
 * Compares a release with the time before it, line by line.
 * @param before blocks of each line's values, oldest first; all lines have BLOCKS of them
 * @param after as many, as long
 * @param lastWeek the blocks of the same hours a week before, or of the day before where no more is known; null: of neither
 * @param rules the lines, in the order in which they are shown
 * @param doubtOf what makes a line incomparable, whatever its values; null: nothing
 */
export function compareRelease(
  before: BlocksByLine,
  after: BlocksByLine,
  lastWeek: BeforeAndAfter | null,
  rules: readonly LineRule[],
  doubtOf: (rule: LineRule) => Doubt | null = () => null,
): ReleaseComparison {
  const lines = rules.flatMap((rule) => {
    const stretches = {
      before: before.get(rule.key) ?? [],
      after: after.get(rule.key) ?? [],
      lastWeek: lastWeek && {
        before: lastWeek.before.get(rule.key) ?? [],
        after: lastWeek.after.get(rule.key) ?? [],
      },
    };
    const doubt = doubtOf(rule);
    // A capability without volumes has no storage that could be compared.
    if (doubt?.kind !== "not-asked" && !isMeasured(stretches.before) && !isMeasured(stretches.after))
      return [];
    return [doubt ? unclearLine(rule, stretches, doubt) : compareLine(rule, stretches)];
  });
  return { overall: overallOf(lines), lines };
}

const isMeasured = (blocks: readonly unknown[]) => blocks.some((block) => block !== null);

/**
 * One word for all lines: worse if one is. For any other word something that users notice must be measured, and all of that must be
 * comparable: "same" would say of it what nobody knows.
 */
function overallOf(lines: readonly LineComparison[]): ReleaseComparison["overall"] {
  if (lines.some(({ word }) => word === "worse")) return "worse";
  const noticed = lines.filter(({ rule }) => rule.isNoticed);
  if (noticed.length === 0 || noticed.some(({ word }) => word === "unclear")) return "unclear";
  return lines.some(({ word }) => word === "better") ? "better" : "same";
}
