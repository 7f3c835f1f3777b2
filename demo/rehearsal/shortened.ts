import { parse, stringify } from "yaml";
import { z } from "zod";

/** A rehearsal's minute is six seconds: what takes ten minutes in earnest shows within one. */
export const REHEARSAL_FACTOR = 10;

const SECONDS = { s: 1, m: 60, h: 3_600 } as const;
const rulesFile = z.object({
  groups: z.array(
    z.object({ rules: z.array(z.object({ expr: z.string(), for: z.string().optional() }).loose()) }).loose(),
  ),
});

/**
 * The operator's alert rules with every time divided by a factor: `for`, ranges such as [10m], and minutes in seconds such as 10 * 60.
 * Days stay, and so do counts and shares.
 * @param rules the text of a rules file
 */
export function shortenRules(rules: string, factor: number): string {
  const duration = (text: string) => {
    const [, count = "", unit = ""] = /^(\d+)([smh])$/.exec(text) ?? [];
    if (!(unit in SECONDS)) throw new RangeError(`"${text}" is no time that can be shortened.`);
    return `${Math.ceil((Number(count) * SECONDS[unit as keyof typeof SECONDS]) / factor)}s`;
  };
  const file = rulesFile.parse(parse(rules));
  for (const rule of file.groups.flatMap((group) => group.rules)) {
    rule.expr = rule.expr
      .replace(/\[(\w+)\]/g, (_, range: string) => `[${duration(range)}]`)
      .replace(/\b(\d+) \* 60\b/g, (_, minutes: string) => String((Number(minutes) * 60) / factor));
    if (rule.for) rule.for = duration(rule.for);
  }
  return stringify(file);
}
