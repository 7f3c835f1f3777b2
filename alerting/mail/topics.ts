import type { MailFacts, MailLine } from "@/lib/alerts/mail-facts";
import { list } from "@/lib/wording/sentence";
import { valueWords } from "./facts";
import { mailLineName } from "./names";

/** A signal that a mail is about, and how it is: "error rate" and " 8.4 %". Both stand in the subject and in the first line. */
export type SubjectTopic = { name: string; how: string };

/** How a line of a mail is. over: its alert has ended, or there is none. */
export type LineCondition = "failing" | "recovering" | "no-data" | "over";

export function conditionOf({ alert, value }: MailLine): LineCondition {
  if (!alert || alert.endedAtMs !== null) return "over";
  if (alert.recovering) return "recovering";
  return value === null ? "no-data" : "failing";
}

/** "error rate 8.4 %"; a line without a value says so, unless its alert is over. */
export function topicOf(line: MailLine): SubjectTopic {
  const { value, unit } = line;
  const nothing = conditionOf(line) === "no-data" ? ", no data" : "";
  return {
    name: mailLineName(line),
    how: value === null ? nothing : ` ${valueWords(value, unit)}`,
  };
}

/** A line that fires in this mail: where it has no value any more, the one that fired. */
export const firedTopic = (line: MailLine): SubjectTopic =>
  topicOf({ ...line, value: line.value ?? line.alert?.firedValue ?? null });

/** A line that sends nothing: what it said last, or how many of its parts are silent. */
export function silentTopic({ trend, unit, missingParts, ...line }: MailLine): SubjectTopic {
  const name = mailLineName(line);
  if (missingParts.length > 0)
    return { name, how: missingParts.length === 1 ? " of one part" : ` of ${missingParts.length} parts` };
  const last = trend?.findLast(([, value]) => value !== null)?.[1];
  return { name, how: last === null || last === undefined ? "" : `, last ${valueWords(last, unit)}` };
}

/** The lines as topics. A line that the bundle no longer has is named by its thread alone. */
export function topicsOf(
  { thread }: Pick<MailFacts, "thread">,
  lines: readonly MailLine[],
  one: (line: MailLine) => SubjectTopic,
): SubjectTopic[] {
  if (lines.length > 0) return lines.map(one);
  return [{ name: thread ? mailLineName(thread) : "a signal that is no longer defined", how: "" }];
}

/** "error rate 8.4 % and 2 more": short, so that what comes behind it is seen as well. */
export function firstTopic([first, ...others]: readonly SubjectTopic[]): string | null {
  if (!first) return null;
  return `${first.name}${first.how}${others.length > 0 ? ` and ${others.length} more` : ""}`;
}

/** So many are named in a sentence. */
const NAMED_AT_MOST = 4;

/** "Also latency p95 2.41 s and restarts 4": those behind the first; null where there are none. */
export function otherTopics([, ...others]: readonly SubjectTopic[]): string | null {
  if (others.length === 0) return null;
  const words = others.map(({ name, how }) => `${name}${how}`);
  const named = words.length > NAMED_AT_MOST ? NAMED_AT_MOST - 1 : words.length;
  const more = words.length - named;
  return `Also ${list(more > 0 ? [...words.slice(0, named), `${more} more`] : words)}`;
}
