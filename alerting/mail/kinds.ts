import type { MailFacts, MailLine } from "@/lib/alerts/mail-facts";
import { breaches } from "@/lib/evaluation/threshold";
import { formatDuration } from "@/lib/wording/format";
import { partList } from "@/lib/wording/part-words";
import type { Block, FactRow, MailDocument, Tone } from "./document";
import {
  endedFacts,
  firingFacts,
  limitWords,
  pictureOf,
  silentFacts,
  standingFacts,
  valueWords,
} from "./facts";
import { dayAndMoment, momentInWords } from "./moments";
import { lineTitle, mailLineNames, nameInWords } from "./names";

type Kind = MailFacts["kind"];

/** What one kind of mail says of itself; the rest is the same for all. */
export type MailSections = {
  state: MailDocument["state"];
  headline: string;
  /** What there is to know first, in sentences. */
  lead: string[];
  /** The facts of each of its lines. */
  facts: (line: MailLine) => FactRow[];
  /** Whether the last hour's picture helps here. */
  picture: boolean;
};

/** What changed before helps while it is an alert. Once it is over, or no longer watched, it would only be read. */
const WITHOUT_CHANGES: ReadonlySet<Kind> = new Set<Kind>(["recovered", "expired", "cancelled", "test"]);
export const tellsChanges = (kind: Kind): boolean => !WITHOUT_CHANGES.has(kind);

const state = (word: string, sign: string, tone: Tone) => ({ word, sign, tone });
const paragraph = (text: string): Block => ({ kind: "paragraph", text });

/** Whether the thread had a mail before. A mail that tells the whole replaces those before it, so it opens the thread. */
export function isFollowUp({ thread, kind, atMs, held }: MailFacts): boolean {
  if (thread === null || kind === "fired-and-recovered") return false;
  // What was held back joins others, or is the first that is heard of its thread.
  return held ? kind === "joined" : thread.openedAtMs < atMs;
}

/**
 * "Error rate: 8 %"; for several lines, how many and which. A line that the bundle no longer has is named by its thread alone.
 */
function about({ lines, thread }: MailFacts, one: (line: MailLine) => string, many: string): string {
  const [only] = lines;
  if (only && lines.length === 1) return `${lineTitle(only)}${one(only)}`;
  if (!only) return thread ? lineTitle(thread) : "A signal that is no longer defined";
  return `${lines.length} signals ${many}: ${mailLineNames(lines)}`;
}

/** What a mail says first, by its kind. */
export function mailSectionsOf(content: MailFacts): MailSections {
  const { lines, atMs, timeZone } = content;
  const [first] = lines;
  const moment = (at: number) => momentInWords(at, timeZone, atMs);
  const fired = (line: MailLine) =>
    `: ${valueWords(line.value ?? line.alert?.firedValue ?? null, line.unit)}`;
  const now = (line: MailLine) => (line.value === null ? "" : `: ${valueWords(line.value, line.unit)}`);
  const silent = lines.every((line) => line.value === null);
  const plain = { picture: true };

  switch (content.kind) {
    case "firing":
      // It flapped, and has settled on the bad side: the thread knows it, and nothing has just begun.
      if (isFollowUp(content)) {
        return {
          ...plain,
          state: state("Still an alert", "▲", "bad"),
          headline: about(content, fired, "outside their thresholds"),
          lead: [nameInWords(content.reason, 300, "")],
          facts: (line) => standingFacts(line, content),
        };
      }
      return {
        ...plain,
        state: state("Alert", "▲", "bad"),
        headline: about(content, fired, "outside their thresholds"),
        lead:
          lines.length === 1 && first?.alert
            ? [`It has been ${limitWords(first)} since ${moment(first.alert.breachedAtMs)}.`]
            : [],
        facts: (line) => firingFacts(line, content),
      };
    case "joined":
      return {
        ...plain,
        state: state("Alert grows", "▲", "bad"),
        headline: about(content, (line) => `, too${fired(line)}`, "more, too"),
        lead: ["More is outside its threshold than the last mail said."],
        facts: (line) => firingFacts(line, content),
      };
    case "reminder":
      return {
        ...plain,
        state: state("Still an alert", "▲", "bad"),
        headline: about(
          content,
          (line) =>
            line.value === null ? ": no data now, alert stands" : ` still ${limitWords(line)}${now(line)}`,
          "still outside their thresholds",
        ),
        lead: silent
          ? ["There is no data now, so nobody can say that it is over."]
          : first?.alert
            ? [`It has lasted for ${formatDuration(atMs - first.alert.firedAtMs)}.`]
            : [],
        facts: (line) => standingFacts(line, content),
      };
    case "recovered":
      return recoveredSections(content);
    case "fired-and-recovered":
      return {
        ...plain,
        state: state("Alert, and recovered", "✓", "ok"),
        headline: about(
          content,
          (line) => ` was ${limitWords(line)}, and is back${now(line)}`,
          "alerted, and are back",
        ),
        lead: ["It was over before the mail about its beginning could leave, so this one says both."],
        facts: (line) => endedFacts(line, content),
      };
    case "flapping":
      return {
        ...plain,
        state: state("Back and forth", "⇄", "warn"),
        headline: about(content, () => " keeps crossing its threshold", "keep crossing their thresholds"),
        lead: ["To spare you a mail at each turn, the next one comes when it has settled on either side."],
        facts: (line) => standingFacts(line, content),
      };
    case "data-missing": {
      const ofParts = lines.some(({ missingParts }) => missingParts.length > 0);
      return {
        ...plain,
        state: state("No data", "◇", "warn"),
        headline: about(
          content,
          (line) =>
            line.missingParts.length > 0 ? `: no data from ${missingPartsInWords(line)}` : ": no data",
          "without data",
        ),
        lead: ofParts
          ? [OTHERS_ARE_SEEN]
          : ["No measurement arrives any more. That is neither good news nor bad: how it is isn't known."],
        facts: (line) => silentFacts(line, content),
        // It would show the parts that are still seen.
        picture: !ofParts,
      };
    }
    case "expired":
      return {
        ...plain,
        state: state("Ended without data", "◇", "warn"),
        headline: about(content, () => ": the alert ends unresolved", "end unresolved"),
        lead: [
          "It was an alert when its data ended, and there has been none for a day. Nothing more can be said, so the alert ends here. This is not a recovery.",
        ],
        facts: (line) => [
          ...(line.alert ? [["Alert from", dayAndMoment(line.alert.firedAtMs, timeZone)] as const] : []),
          ...endedFacts(line, content).filter(([label]) => !["Now", "Lasted", "Trend"].includes(label)),
        ],
        picture: false,
      };
    case "cancelled":
      return {
        ...plain,
        state: state("No longer watched", "○", "mute"),
        headline: about(content, () => ": the alert was switched off", "were switched off"),
        lead: [
          `${content.by === undefined ? "It was switched off" : `${nameInWords(content.by, 80)} switched it off`} while it was an alert. This is not a recovery, and no mail will say when it is over.`,
        ],
        facts: (line) => standingFacts(line, content),
      };
    case "test":
      return {
        state: state("Test", "○", "mute"),
        headline: "Your alerts reach this address",
        lead: [
          "Nothing is wrong. This mail went through the same queue, worker, template and relay as a real alert would.",
          `${content.by === undefined ? "It was asked for" : `${nameInWords(content.by, 80)} asked for it`} at ${moment(atMs)}. To record that it arrived, press “I got it” on the alerts page.`,
        ],
        facts: () => [],
        picture: false,
      };
  }
}

/** Good values of others must not be read as a recovery. */
const OTHERS_ARE_SEEN =
  "It was outside its threshold when it last sent data, so nobody can tell whether it still is. Other parts send data and are inside the threshold. This is not a recovery.";

const missingPartsInWords = ({ missingParts }: MailLine) =>
  partList(missingParts.map((words) => nameInWords(words, 200)));

/** A recovery; or news without an alert: data that is back, a flapping that has settled on the good side. */
function recoveredSections(content: MailFacts): MailSections {
  const { lines, reason } = content;
  const plain = { facts: (line: MailLine) => endedFacts(line, content), picture: true };
  const backAt = (line: MailLine) => (line.value === null ? "" : `: ${valueWords(line.value, line.unit)}`);
  const good = lines.filter(
    ({ value, threshold, worse }) => value !== null && !breaches(value, threshold, worse),
  );
  const ofAlert = lines.some(({ alert }) => alert !== null);
  // Data that is back may be bad, and green is for what is known to be good.
  if (!ofAlert && good.length < lines.length) {
    return {
      ...plain,
      state: state("Data again", "◇", "warn"),
      headline: about(content, backAt, "have data again"),
      lead: [
        nameInWords(reason, 300, ""),
        ...(lines.some(({ value }) => value !== null) ? ["Its value is outside its threshold."] : []),
      ],
    };
  }
  return {
    ...plain,
    state: state("Recovered", "✓", "ok"),
    headline: about(content, (line) => ` is back${backAt(line)}`, "are back"),
    lead: [ofAlert ? steadyWords(lines) : nameInWords(reason, 300, "")],
  };
}

/** What the recovery rests on: the hold that its threshold asks for. */
function steadyWords(lines: readonly MailLine[]): string {
  const holdSeconds = Math.min(...lines.map(({ threshold }) => threshold.recoverForSeconds));
  const where = lines.length === 1 ? "inside its threshold" : "inside their thresholds";
  const subject = lines.length === 1 ? "It has" : "They have";
  return holdSeconds === 0
    ? `${subject} come back ${where}.`
    : `${subject} stayed ${where} for at least ${formatDuration(holdSeconds * 1000)}.`;
}

/** What comes next, so that silence after this mail can be read. */
export function whatComesNext(content: MailFacts): string | null {
  const { kind, nextReminderAtMs, timeZone, atMs } = content;
  const next =
    nextReminderAtMs === undefined
      ? "reminders follow, ever more rarely"
      : `a reminder follows at ${momentInWords(nextReminderAtMs, timeZone, atMs)}`;
  const nexts: Partial<Record<Kind, string>> = {
    firing: `While it lasts, ${next}. When it is over, a mail in this thread says so.`,
    joined: "When it is over, a mail in this thread says so.",
    reminder: `While it lasts, ${next}. When it is over, a mail in this thread says so.`,
    "data-missing": "When data arrives again, a mail in this thread says what it shows.",
  };
  return nexts[kind] ?? null;
}

/** The lines of the mail, each with its facts and its picture. Only the first few are drawn, so that the mail stays light. */
export function linesOf(content: MailFacts, telling: MailSections, mostPictures: number): Block[] {
  const { lines, deployments } = content;
  const deployedAtMs = (deployments ?? []).map(({ atMs }) => atMs);
  return lines.flatMap((line, index): Block[] => [
    ...(lines.length > 1 ? [{ kind: "heading", text: lineTitle(line) } as const] : []),
    { kind: "facts", facts: telling.facts(line) },
    ...(telling.picture && index < mostPictures ? pictureOf(line, content, deployedAtMs) : []),
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
