import type { MailFacts, MailLine } from "@/lib/alerts/mail-facts";
import { breaches } from "@/lib/evaluation/threshold";
import { formatDuration } from "@/lib/wording/format";
import { partList } from "@/lib/wording/part-words";
import type { FactRow, MailDocument, Tone } from "./document";
import { endedFacts, firingFacts, limitWords, silentFacts, standingFacts, valueWords } from "./facts";
import { dayAndMoment, momentInWords } from "./moments";
import { lineTitle, mailLineNames, nameInWords } from "./names";

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

/** Whether the thread had a mail before. A mail that tells the whole replaces those before it, so it opens the thread. */
export function isFollowUp({ thread, kind, atMs, held }: MailFacts): boolean {
  if (thread === null || kind === "fired-and-recovered") return false;
  // What was held back joins others, or is the first that is heard of its thread.
  return held ? kind === "joined" : thread.openedAtMs < atMs;
}

const state = (word: string, sign: string, tone: Tone) => ({ word, sign, tone });

/**
 * "Error rate: 8 %"; for several lines, how many and which. A line that the bundle no longer has is named by its thread alone.
 */
function about({ lines, thread }: MailFacts, one: (line: MailLine) => string, many: string): string {
  const [only] = lines;
  if (only && lines.length === 1) return `${lineTitle(only)}${one(only)}`;
  if (!only) return thread ? lineTitle(thread) : "A signal that is no longer defined";
  return `${lines.length} signals ${many}: ${mailLineNames(lines)}`;
}

const firedValue = (line: MailLine) =>
  `: ${valueWords(line.value ?? line.alert?.firedValue ?? null, line.unit)}`;
const valueNow = (line: MailLine) => (line.value === null ? "" : `: ${valueWords(line.value, line.unit)}`);
const moment = (atMs: number, { timeZone, atMs: nowMs }: MailFacts) => momentInWords(atMs, timeZone, nowMs);

type Sections = (content: MailFacts) => MailSections;

const SECTIONS: Record<MailFacts["kind"], Sections> = {
  firing: (content) => (isFollowUp(content) ? settledSections(content) : firingSections(content)),
  joined: (content) => ({
    state: state("Alert grows", "▲", "bad"),
    headline: about(content, (line) => `, too${firedValue(line)}`, "more, too"),
    lead: ["More is outside its threshold than the last mail said."],
    facts: (line) => firingFacts(line, content),
    picture: true,
  }),
  reminder: (content) => ({
    state: state("Still an alert", "▲", "bad"),
    headline: about(
      content,
      (line) =>
        line.value === null ? ": no data now, alert stands" : ` still ${limitWords(line)}${valueNow(line)}`,
      "still outside their thresholds",
    ),
    lead: reminderLead(content),
    facts: (line) => standingFacts(line, content),
    picture: true,
  }),
  recovered: (content) => recoveredSections(content),
  "fired-and-recovered": (content) => ({
    state: state("Alert, and recovered", "✓", "ok"),
    headline: about(
      content,
      (line) => ` was ${limitWords(line)}, and is back${valueNow(line)}`,
      "alerted, and are back",
    ),
    lead: ["It was over before the mail about its beginning could leave, so this one says both."],
    facts: (line) => endedFacts(line, content),
    picture: true,
  }),
  flapping: (content) => ({
    state: state("Back and forth", "⇄", "warn"),
    headline: about(content, () => " keeps crossing its threshold", "keep crossing their thresholds"),
    lead: ["To spare you a mail at each turn, the next one comes when it has settled on either side."],
    facts: (line) => standingFacts(line, content),
    picture: true,
  }),
  "data-missing": (content) => missingSections(content),
  expired: (content) => ({
    state: state("Ended without data", "◇", "warn"),
    headline: about(content, () => ": the alert ends unresolved", "end unresolved"),
    lead: [
      "It was an alert when its data ended, and there has been none for a day. Nothing more can be said, so the alert ends here. This is not a recovery.",
    ],
    facts: (line) => [
      ...(line.alert ? [["Alert from", dayAndMoment(line.alert.firedAtMs, content.timeZone)] as const] : []),
      ...endedFacts(line, content).filter(([label]) => !["Now", "Lasted", "Trend"].includes(label)),
    ],
    picture: false,
  }),
  cancelled: (content) => ({
    state: state("No longer watched", "○", "mute"),
    headline: about(content, () => ": the alert was switched off", "were switched off"),
    lead: [
      `${content.by === undefined ? "It was switched off" : `${nameInWords(content.by, 80)} switched it off`} while it was an alert. This is not a recovery, and no mail will say when it is over.`,
    ],
    facts: (line) => standingFacts(line, content),
    picture: true,
  }),
  test: (content) => ({
    state: state("Test", "○", "mute"),
    headline: "Your alerts reach this address",
    lead: [
      "Nothing is wrong. This mail went through the same queue, worker, template and relay as a real alert would.",
      `${content.by === undefined ? "It was asked for" : `${nameInWords(content.by, 80)} asked for it`} at ${moment(content.atMs, content)}. To record that it arrived, press “I got it” on the alerts page.`,
    ],
    facts: () => [],
    picture: false,
  }),
};

/** What a mail says first, by its kind. */
export const mailSectionsOf: Sections = (content) => SECTIONS[content.kind](content);

/** An alert that has just begun. */
function firingSections(content: MailFacts): MailSections {
  const { lines } = content;
  const [first] = lines;
  return {
    state: state("Alert", "▲", "bad"),
    headline: about(content, firedValue, "outside their thresholds"),
    lead:
      lines.length === 1 && first?.alert
        ? [`It has been ${limitWords(first)} since ${moment(first.alert.breachedAtMs, content)}.`]
        : [],
    facts: (line) => firingFacts(line, content),
    picture: true,
  };
}

/** It flapped, and has settled on the bad side: the thread knows it, and nothing has just begun. */
const settledSections: Sections = (content) => ({
  state: state("Still an alert", "▲", "bad"),
  headline: about(content, firedValue, "outside their thresholds"),
  lead: [nameInWords(content.reason, 300, "")],
  facts: (line) => standingFacts(line, content),
  picture: true,
});

/** Of a whole line, or of a part of it that was bad when it last sent data. */
function missingSections(content: MailFacts): MailSections {
  const ofParts = content.lines.some(({ missingParts }) => missingParts.length > 0);
  return {
    state: state("No data", "◇", "warn"),
    headline: about(
      content,
      (line) => (line.missingParts.length > 0 ? `: no data from ${missingPartsInWords(line)}` : ": no data"),
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

/** Good values of others must not be read as a recovery. */
const OTHERS_ARE_SEEN =
  "It was outside its threshold when it last sent data, so nobody can tell whether it still is. Other parts send data and are inside the threshold. This is not a recovery.";

const missingPartsInWords = ({ missingParts }: MailLine) =>
  partList(missingParts.map((words) => nameInWords(words, 200)));

function reminderLead({ lines, atMs }: MailFacts): string[] {
  if (lines.every((line) => line.value === null))
    return ["There is no data now, so nobody can say that it is over."];
  const alert = lines[0]?.alert;
  return alert ? [`It has lasted for ${formatDuration(atMs - alert.firedAtMs)}.`] : [];
}

/** A recovery; or news without an alert: data that is back, a flapping that has settled on the good side. */
function recoveredSections(content: MailFacts): MailSections {
  const { lines, reason } = content;
  const plain = { facts: (line: MailLine) => endedFacts(line, content), picture: true };
  const good = lines.filter(
    ({ value, threshold, worse }) => value !== null && !breaches(value, threshold, worse),
  );
  const ofAlert = lines.some(({ alert }) => alert !== null);
  // Data that is back may be bad, and green is for what is known to be good.
  if (!ofAlert && good.length < lines.length) {
    return {
      ...plain,
      state: state("Data again", "◇", "warn"),
      headline: about(content, valueNow, "have data again"),
      lead: [
        nameInWords(reason, 300, ""),
        ...(lines.some(({ value }) => value !== null) ? ["Its value is outside its threshold."] : []),
      ],
    };
  }
  return {
    ...plain,
    state: state("Recovered", "✓", "ok"),
    headline: about(content, (line) => ` is back${valueNow(line)}`, "are back"),
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
