import type { MailFacts } from "@/lib/alerts/mail-facts";
import type { Block } from "./document";
import { limitWords, pictureOf, sinceInWords } from "./facts";
import { momentInWords } from "./moments";
import { lineTitle, nameInWords } from "./names";
import type { MailSections } from "./sections";
import { conditionOf, type LineCondition, topicOf } from "./topics";

type Kind = MailFacts["kind"];

/** What changed before helps while it is an alert. Once it is over, or no longer watched, it would only be read. */
const WITHOUT_CHANGES: ReadonlySet<Kind> = new Set<Kind>(["recovered", "expired", "cancelled", "test"]);
export const listsChanges = (kind: Kind): boolean => !WITHOUT_CHANGES.has(kind);

const paragraph = (text: string): Block => ({ kind: "paragraph", text });

/** What comes next, so that silence after this mail can be read. */
export function whatComesNext(content: MailFacts): string | null {
  const { kind, lines, nextReminderAtMs, timeZone, atMs } = content;
  const isAlert = lines.some(({ alert }) => alert !== null);
  const next =
    nextReminderAtMs === undefined
      ? "reminders follow, ever more rarely"
      : `a reminder follows at ${momentInWords(nextReminderAtMs, timeZone, atMs)}`;
  const nexts: Partial<Record<Kind, string>> = {
    firing: `While it lasts, ${next}. When it is over, a mail in this thread says so.`,
    joined: "When it is over, a mail in this thread says so.",
    reminder: `While it lasts, ${next}. When it is over, a mail in this thread says so.`,
    // Data that comes back has a mail of its own only outside an alert.
    "data-missing": isAlert
      ? `While the alert lasts, ${next}. When it is over, a mail in this thread says so.`
      : "When data arrives again, a mail in this thread says what it shows.",
  };
  return nexts[kind] ?? null;
}

/** The lines of the mail, each with its facts and its picture. Only the first few are drawn, so that the mail stays light. */
export function linesOf(content: MailFacts, sections: MailSections, mostPictures: number): Block[] {
  const { lines, deployments } = content;
  const deployedAtMs = (deployments ?? []).map(({ atMs }) => atMs);
  return lines.flatMap((line, index): Block[] => [
    ...(lines.length > 1 || sections.openFirst ? [{ kind: "heading", text: lineTitle(line) } as const] : []),
    { kind: "facts", facts: sections.facts(line) },
    ...(sections.picture && index < mostPictures ? pictureOf(line, content, deployedAtMs) : []),
  ]);
}

/** What else is open at the same time, under the heading. What is within its threshold again is called so. */
export function alsoFiring({ alsoFiring: lines, timeZone, atMs }: MailFacts, heading: string): Block[] {
  const items = (condition: LineCondition) =>
    lines
      .filter((line) => conditionOf(line) === condition)
      .map((line) => {
        const { name, how } = topicOf(line);
        const limit = condition === "recovering" ? "" : `, alert if ${limitWords(line)}`;
        const since = line.alert ? `, ${sinceInWords(line.alert, timeZone, atMs)}` : "";
        return `${name.charAt(0).toUpperCase()}${name.slice(1)}${how.replace(/^ /, ": ")}${limit}${since}`;
      });
  const listed = (text: string, of: string[]): Block[] =>
    of.length === 0
      ? []
      : [
          { kind: "heading", text },
          { kind: "list", items: of },
        ];
  return [
    ...listed(heading, [...items("failing"), ...items("no-data")]),
    ...listed("Recovering, not over yet", items("recovering")),
  ];
}

const SIDES = {
  yours: "Yours.",
  platform: "The platform's.",
  both: "Both yours and the platform's.",
  unclear: "Unclear.",
};

const SIDE_WORDS = {
  yours: "yours",
  platform: "the platform's",
  both: "both yours and the platform's",
  unclear: "unclear",
};

/** Later evidence about the onset changes no side in silence. */
const changedWords = ({ changedTo }: NonNullable<MailFacts["verdict"]>): string =>
  changedTo === undefined ? "" : ` at first, ${SIDE_WORDS[changedTo]} by later evidence`;

/** The second thing that a mail says: whose problem it looks like, with what weighs most. */
export function verdictLine({ verdict }: MailFacts): Block[] {
  if (!verdict) return [];
  const first = nameInWords(verdict.evidence[0] ?? verdict.sentence, 300, "");
  return [
    paragraph(
      `Whose problem it looks like: ${SIDE_WORDS[verdict.side]}${changedWords(verdict)}. ${first}`.trim(),
    ),
  ];
}

/** Whose problem it looks like, where something judged it. */
export function attributionBlocks({ verdict }: MailFacts): Block[] {
  if (!verdict) return [];
  return [
    { kind: "heading", text: "Whose problem it looks like" },
    paragraph(
      `${SIDES[verdict.side].slice(0, -1)}${changedWords(verdict)}. ${nameInWords(verdict.sentence, 400, "")}`.trim(),
    ),
    ...(verdict.evidence.length === 0
      ? []
      : [
          {
            kind: "list",
            items: verdict.evidence.slice(0, 6).map((words) => nameInWords(words, 300)),
          } as const,
        ]),
  ];
}
