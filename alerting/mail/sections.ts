import type { MailFacts, MailLine } from "@/lib/alerts/mail-facts";
import { breaches } from "@/lib/evaluation/threshold";
import { formatDuration } from "@/lib/wording/format";
import { list, partList } from "@/lib/wording/sentence";
import type { FactRow, MailDocument, Tone } from "./document";
import {
  endedFacts,
  firingFacts,
  limitWords,
  missingFacts,
  ongoingFacts,
  silentFacts,
  sinceFacts,
} from "./facts";
import { momentInWords } from "./moments";
import { mailLineName, nameInWords } from "./names";
import {
  conditionOf,
  firedTopic,
  type LineCondition,
  type SubjectTopic,
  silentTopic,
  topicOf,
  topicsOf,
} from "./topics";

/** What one kind of mail says of itself; the rest is the same for all. */
export type MailSections = {
  state: MailDocument["state"];
  /** What it is about, the weightiest first. Empty in a test alone. */
  topics: SubjectTopic[];
  /** What the subject says as well where there is room. */
  also: string | null;
  /** What else belongs to the first line. */
  more: string | null;
  /** What there is to know first, in sentences. */
  lead: string[];
  /** The facts of each of its lines. */
  facts: (line: MailLine) => FactRow[];
  /** Whether the last hour's picture helps here. */
  picture: boolean;
  /** What is open weighs more than what the mail is about, so it comes first. */
  openFirst: boolean;
};

/** Whether the thread had a mail before. A mail that reports the whole replaces those before it, so it opens the thread. */
function isFollowUp({ thread, kind, atMs, held }: MailFacts): boolean {
  if (thread === null || kind === "fired-and-recovered") return false;
  // What was held back joins others, or is the first mail of its thread.
  return held ? kind === "joined" : thread.openedAtMs < atMs;
}

const state = (word: string, sign: string, tone: Tone) => ({ word, sign, tone });
const ALERT = state("Alert", "▲", "bad");
const STILL_FAILING = state("Still failing", "▲", "bad");
const STILL_ALERTING = state("Still alerting", "◇", "warn");
const RECOVERING = state("Recovering", "◔", "warn");

const PLAIN = { also: null, more: null, lead: [], picture: true, openFirst: false };
const moment = (atMs: number, { timeZone, atMs: nowMs }: MailFacts) => momentInWords(atMs, timeZone, nowMs);

type Sections = (content: MailFacts) => MailSections;

const SECTIONS: Record<MailFacts["kind"], Sections> = {
  firing: (content) => (isFollowUp(content) ? settledSections(content) : firingSections(content)),
  joined: (content) => ({
    ...PLAIN,
    state: state("Also failing", "▲", "bad"),
    topics: topicsOf(content, content.lines, firedTopic),
    lead: ["Another signal alerts since the last mail."],
    facts: (line) => firingFacts(line, content),
  }),
  reminder: (content) => ({
    ...PLAIN,
    ...openSections(content, content.lines),
    lead: reminderLead(content),
    facts: (line) => ongoingFacts(line, content),
  }),
  recovered: (content) => recoveredSections(content),
  "fired-and-recovered": (content) => ({
    ...recoveredSections(content),
    lead: [
      "It was over before its first mail could be sent. This mail is about both its beginning and its end.",
    ],
  }),
  flapping: (content) => ({
    ...PLAIN,
    state: state("Flapping", "⇄", "warn"),
    topics: topicsOf(content, content.lines, topicOf),
    lead: ["It keeps crossing its threshold. The next mail comes when it has settled on either side."],
    facts: (line) => ongoingFacts(line, content),
  }),
  "data-missing": (content) => missingSections(content),
  expired: (content) => ({
    ...PLAIN,
    state: state("Ended without data", "◇", "warn"),
    topics: topicsOf(content, content.lines, topicOf),
    lead: [
      "It was alerting when its data stopped. There has been no data for a day, so the alert ends here. This is not a recovery.",
    ],
    facts: (line) => [
      ...missingFacts(line, content),
      ...sinceFacts(line.alert, content),
      ...endedFacts(line, content).filter(([label]) => ["Worst", "Threshold"].includes(label)),
    ],
    picture: false,
  }),
  cancelled: (content) => ({
    ...PLAIN,
    state: state("No longer watched", "○", "mute"),
    topics: topicsOf(content, content.lines, topicOf),
    lead: [
      `The alert was switched off${content.by === undefined ? "" : ` by ${nameInWords(content.by, 80)}`} while it was open. This is not a recovery, and no mail will say when it is over.`,
    ],
    facts: (line) => ongoingFacts(line, content),
  }),
  test: (content) => ({
    ...PLAIN,
    state: state("Test", "○", "mute"),
    topics: [],
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
    ...PLAIN,
    state: ALERT,
    topics: topicsOf(content, lines, firedTopic),
    lead:
      lines.length === 1 && first?.alert
        ? [`It has been ${limitWords(first)} since ${moment(first.alert.breachedAtMs, content)}.`]
        : [],
    facts: (line) => firingFacts(line, content),
  };
}

/** It flapped, and has settled on the bad side: the thread knows it, and nothing has just begun. */
const settledSections: Sections = (content) => ({
  ...PLAIN,
  state: STILL_FAILING,
  topics: topicsOf(content, content.lines, firedTopic),
  lead: [nameInWords(content.reason, 300, "")],
  facts: (line) => ongoingFacts(line, content),
});

/** What stays open, by its worst: failing, else without data, else recovering. What weighs most is named first. */
function openSections(content: MailFacts, open: readonly MailLine[]): Pick<MailSections, "state" | "topics"> {
  const of = (condition: LineCondition) => open.filter((line) => conditionOf(line) === condition);
  const [failing, silent, recovering] = [of("failing"), of("no-data"), of("recovering")];
  const known = failing.length > 0 ? STILL_FAILING : silent.length > 0 ? STILL_ALERTING : RECOVERING;
  // Without a line of its own nothing is known of it.
  const state = open.length === 0 ? STILL_ALERTING : known;
  const named = failing.length > 0 ? failing : [...silent, ...recovering];
  return { state, topics: topicsOf(content, named, topicOf) };
}

/** Of a whole line, or of a part of it that was bad when it last sent data. */
function missingSections(content: MailFacts): MailSections {
  const { lines } = content;
  const ofParts = lines.some(({ missingParts }) => missingParts.length > 0);
  return {
    ...PLAIN,
    state: state("No data", "◇", "warn"),
    topics: topicsOf(content, lines, silentTopic),
    more: ofParts
      ? `No data from ${list(lines.filter(({ missingParts }) => missingParts.length > 0).map(missingPartsInWords))}`
      : null,
    lead: ofParts
      ? [OTHERS_ARE_SEEN]
      : ["Data has stopped arriving. Its state is unknown: this is neither a recovery nor a new failure."],
    facts: (line) => silentFacts(line, content),
    // It would show the parts that are still seen.
    picture: !ofParts,
  };
}

/** Good values of others must not be read as a recovery. */
const OTHERS_ARE_SEEN =
  "It breached its threshold when it last sent data, so nobody can tell whether it still does. Other parts send data and are within the threshold. This is not a recovery.";

const missingPartsInWords = ({ missingParts }: MailLine) =>
  partList(missingParts.map((words) => nameInWords(words, 200)));

function reminderLead({ lines, atMs }: MailFacts): string[] {
  if (lines.every((line) => line.value === null))
    return ["There is no data now, so nobody can say that it is over."];
  const alert = lines[0]?.alert;
  return alert ? [`It has been alerting for ${formatDuration(atMs - alert.firedAtMs)}.`] : [];
}

/** A recovery; or news without an alert: data that is back, a flapping that has settled on the good side. */
function recoveredSections(content: MailFacts): MailSections {
  const { lines, reason } = content;
  const plain = { ...PLAIN, facts: (line: MailLine) => endedFacts(line, content) };
  const good = lines.filter(
    ({ value, threshold, worse }) => value !== null && !breaches(value, threshold, worse),
  );
  const ofAlert = lines.some(({ alert }) => alert !== null);
  const lead = [ofAlert ? steadyWords(lines) : nameInWords(reason, 300, "")];
  const badValue = breachWords(lines);
  const open = [...lines.filter((line) => conditionOf(line) !== "over"), ...content.alsoFiring];
  if (open.length > 0) return partlyRecovered(content, open, { ...plain, lead: [...lead, ...badValue] });
  // Data that is back may be bad, and green is for what is known to be good.
  if (!ofAlert && good.length < lines.length) {
    return {
      ...plain,
      state: state("Data again", "◇", "warn"),
      topics: topicsOf(content, lines, topicOf),
      lead: [...lead, ...badValue],
    };
  }
  return {
    ...plain,
    state: state("Recovered", "✓", "ok"),
    topics: topicsOf(content, lines, topicOf),
    lead,
  };
}

/** Data that is back may be bad. What comes of it is said for a line without an alert; one with an alert has more words. */
function breachWords(lines: readonly MailLine[]): string[] {
  const bad = lines.filter(
    ({ value, threshold, worse }) => value !== null && breaches(value, threshold, worse),
  );
  if (bad.length === 0) return [];
  const [first] = bad;
  const isFollowed = lines.length === 1 && first?.alert === null;
  if (!isFollowed || !first) return ["Its value breaches its threshold."];
  const { forSeconds } = first.threshold;
  const when = forSeconds === 0 ? "" : ` if that lasts for ${formatDuration(forSeconds * 1000)}`;
  return [`Its value breaches its threshold. An alert follows${when}.`];
}

/** Something is back while something else is open: the thread isn't over, and the capability isn't well. */
function partlyRecovered(
  content: MailFacts,
  open: readonly MailLine[],
  plain: Omit<MailSections, "state" | "topics">,
): MailSections {
  const lines = content.lines.filter((line) => conditionOf(line) === "over");
  const back = topicsOf(content, lines, topicOf).map(({ name }) => name);
  const ofAlert = lines.length === 0 || lines.some(({ alert }) => alert !== null);
  const single = back.length === 1;
  const verb = ofAlert ? (single ? "is back" : "are back") : single ? "has data again" : "have data again";
  const words = `${list(back)} ${verb}`;
  return {
    ...plain,
    ...openSections(content, open),
    also: single && ofAlert ? `${back[0]} back` : null,
    more: `${words.charAt(0).toUpperCase()}${words.slice(1)}`,
    openFirst: true,
  };
}

/** What the recovery rests on: the hold that its threshold asks for. */
function steadyWords(lines: readonly MailLine[]): string {
  const holdSeconds = Math.min(...lines.map(({ threshold }) => threshold.recoverForSeconds));
  const where = lines.length === 1 ? "within its threshold" : "within their thresholds";
  const names = lines.map(mailLineName);
  const subject = `${list(names)} ${lines.length === 1 ? "has" : "have"}`;
  const sentence = `${subject.charAt(0).toUpperCase()}${subject.slice(1)}`;
  return holdSeconds === 0
    ? `${sentence} come back ${where}.`
    : `${sentence} stayed ${where} for at least ${formatDuration(holdSeconds * 1000)}.`;
}
