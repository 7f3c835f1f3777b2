import type { MailFacts } from "@/lib/alerts/mail-facts";
import type { Block } from "./document";
import { limitWords, pictureOf, valueWords } from "./facts";
import { momentInWords } from "./moments";
import { lineTitle, nameInWords } from "./names";
import type { MailSections } from "./sections";

type Kind = MailFacts["kind"];

/** What changed before helps while it is an alert. Once it is over, or no longer watched, it would only be read. */
const WITHOUT_CHANGES: ReadonlySet<Kind> = new Set<Kind>(["recovered", "expired", "cancelled", "test"]);
export const tellsChanges = (kind: Kind): boolean => !WITHOUT_CHANGES.has(kind);

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
    // Data that comes back is told by itself only outside an alert.
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
    ...(lines.length > 1 ? [{ kind: "heading", text: lineTitle(line) } as const] : []),
    { kind: "facts", facts: sections.facts(line) },
    ...(sections.picture && index < mostPictures ? pictureOf(line, content, deployedAtMs) : []),
  ]);
}

/** What fires at the same time and was told before. */
export function alsoFiring({ alsoFiring: lines, timeZone, atMs }: MailFacts): Block[] {
  if (lines.length === 0) return [];
  return [
    { kind: "heading", text: "Also an alert, since before" },
    {
      kind: "list",
      items: lines.map(
        (line) =>
          `${lineTitle(line)}: ${valueWords(line.value, line.unit)}, alert if ${limitWords(line)}${
            line.alert ? `, since ${momentInWords(line.alert.firedAtMs, timeZone, atMs)}` : ""
          }`,
      ),
    },
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

/** The second thing that a mail says: whose problem it looks like, with what weighs most. */
export function verdictLine({ verdict }: MailFacts): Block[] {
  if (!verdict) return [];
  const first = nameInWords(verdict.evidence[0] ?? verdict.sentence, 300, "");
  return [paragraph(`Whose problem it looks like: ${SIDE_WORDS[verdict.side]}. ${first}`.trim())];
}

/** Whose problem it looks like, where something judged it. */
export function attributionBlocks({ verdict }: MailFacts): Block[] {
  if (!verdict) return [];
  return [
    { kind: "heading", text: "Whose problem it looks like" },
    paragraph(`${SIDES[verdict.side]} ${nameInWords(verdict.sentence, 400, "")}`.trim()),
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
