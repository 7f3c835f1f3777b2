import { isReachabilityLine } from "@/lib/catalogue/bundle";
import type { Breakdown } from "@/lib/evaluation/breakdown";
import type { LineKey } from "@/lib/evaluation/effective";
import { lastOf } from "@/lib/evaluation/reading";
import type { LineView, SignalView, Status } from "@/lib/evaluation/view";
import { exactTime } from "@/lib/eviction/words";
import { gapWords } from "@/lib/wording/gap-words";
import { inSentence, list, partList, thresholdInWords, valueInWords } from "@/lib/wording/sentence";
import { waitingList } from "@/lib/wording/waiting-words";
import { type Named, namedLine } from "./named-line";
import { isStuck, type Shortfall } from "./shortfall";
import type { Overall, Runtime } from "./view";
import { worstPartSentences } from "./worst-parts";

/** What of a capability isn't fine, the most urgent first: an open alert is never hidden by a part that sends no data. */
const GROUPS = ["firing", "recovering", "scaled-to-zero", "pending", "unknown", "no-data"] as const;
type Group = (typeof GROUPS)[number];

const GROUP_STATES = {
  firing: "trouble",
  recovering: "recovering",
  "scaled-to-zero": "scaled-to-zero",
  pending: "pending",
  unknown: "unknown",
  "no-data": "no-data",
} as const satisfies Record<Group, Overall["state"]>;
const GROUP_WORDS: Record<Group, string> = {
  firing: "Failing",
  recovering: "Recovering",
  "scaled-to-zero": "Scaled to zero",
  pending: "Pending",
  unknown: "Unknown",
  "no-data": "No data",
};

/** Which group a line belongs to; null where it is fine, or can't be judged for want of requests, or isn't watched. */
function groupOf({ status, condition }: LineView): Group | null {
  if (status === "off") return null;
  // Its alert is open until it is resolved, whatever happened to its data meanwhile.
  if (condition === "recovering") return "recovering";
  return GROUPS.find((group) => group === status) ?? null;
}

/**
 * The answer over all signals and what runs: one state, a headline that names every line that isn't fine, and a sentence with
 * their values.
 *
 * The most urgent group decides the state (decision 0166). Healthy is what remains, and only when availability itself has a fresh
 * value: signals without a measurement prove nothing. A line that only the page finds fine, because the evaluator has stopped
 * judging it, came here as unknown. A capability that is scaled to zero is neither, and its open alerts come first.
 * @param around.shortfall replicas that should be ready and aren't
 * @param around.runtime what keeps pods from running, for the sentence. Where no line reports a pod that is stuck, it isn't green
 * @param around.breakdowns the parts of lines that breach; the sentence names the worst of each
 * @param around.zone for times in the sentence
 */
export function overallOf(
  signals: readonly SignalView[],
  {
    shortfall = null,
    runtime: { waiting = [], waitingTotal } = {},
    breakdowns = NO_BREAKDOWNS,
    zone = "UTC",
  }: {
    shortfall?: Shortfall | null;
    runtime?: Pick<Runtime, "waiting" | "waitingTotal">;
    breakdowns?: ReadonlyMap<LineKey, Breakdown>;
    zone?: string;
  } = {},
): Overall {
  const { sentence: first, ...urgent } = mostUrgentOf(signals, { shortfall, zone });
  const overall = { ...urgent, sentence: [first, ...worstPartSentences(signals, breakdowns)].join(" ") };
  const isHealthy = overall.state === "healthy";
  if (overall.state === "scaled-to-zero" || !waiting.some((each) => !isHealthy || isStuck(each)))
    return overall;
  const sentence = `${overall.sentence} Waiting: ${waitingList(waiting, waitingTotal)}.`;
  return isHealthy ? { state: "pending", headline: "Not all pods run", sentence } : { ...overall, sentence };
}

const NO_BREAKDOWNS: ReadonlyMap<LineKey, Breakdown> = new Map();

function mostUrgentOf(
  signals: readonly SignalView[],
  { shortfall, zone }: { shortfall: Shortfall | null; zone: string },
): Overall {
  const all = signals.flatMap((signal) => signal.lines.map((line) => namedLine(signal, line)));
  if (all.length === 0)
    return {
      state: "unknown",
      headline: "Unknown",
      sentence: "The platform's definitions name no signal to judge, so nothing is known here.",
    };
  const watched = all.filter(({ line }) => line.status !== "off");
  if (watched.length === 0) return withShortfall(NOTHING_WATCHED, shortfall);
  const of = (status: Status) => all.filter(({ line }) => line.status === status);
  const groups = GROUPS.flatMap((group) => {
    const lines = all.filter(({ line }) => groupOf(line) === group);
    return lines.length === 0 ? [] : [{ group, lines }];
  });
  const [first] = groups;
  if (!first) {
    const fine = { idle: of("no-traffic"), off: of("off"), unlimited: of("no-limit") };
    return withShortfall(healthy(all, fine), shortfall);
  }
  const parts = groups.map(({ group, lines }) => headlinePart(group, lines, watched.length));
  return withShortfall(
    {
      state: GROUP_STATES[first.group],
      headline: parts.map((part, index) => (index === 0 ? part : inSentence(part))).join("; "),
      sentence: groups.map(({ group, lines }) => groupSentence(group, lines, watched.length, zone)).join(" "),
    },
    shortfall,
    groups.some(({ lines }) => lines.some(isOfReplicas)),
  );
}

function headlinePart(group: Group, lines: Named[], total: number): string {
  if (group === "scaled-to-zero") return GROUP_WORDS[group];
  const isGap = group === "unknown" || group === "no-data";
  if (isGap && lines.length === total) return GROUP_WORDS[group];
  return `${GROUP_WORDS[group]}: ${isGap ? names(lines) : list(lines.map(nameWithGap))}`;
}

/** The default bundle's line for the same replicas that a shortfall is of. */
const isOfReplicas = ({ signal, line }: Named) => signal.id === "availability" && line.id === "replicas";

/**
 * Missing replicas are named beside what else isn't fine. Alone they are no alert, and nothing that is green.
 * @param isNamed the headline has them already
 */
function withShortfall(overall: Overall, shortfall: Shortfall | null, isNamed = false): Overall {
  if (!shortfall) return overall;
  const { ready, wanted } = shortfall;
  const words = ready === 0 ? "No replica ready" : "Not all replicas ready";
  const sentence = `${overall.sentence} ${ready} of ${wanted} replicas ready.`;
  if (overall.state === "healthy") return { state: "pending", headline: words, sentence };
  if (isNamed) return { ...overall, sentence };
  return { ...overall, headline: `${overall.headline}; ${inSentence(words)}`, sentence };
}

const NOTHING_WATCHED: Overall = {
  state: "off",
  headline: "Nothing is watched",
  sentence:
    "Nothing is watched: every alert is switched off under Thresholds. Values are still measured; none is judged, and no mail is sent.",
};

const isAvailability = ({ signal, line }: Named): boolean =>
  isReachabilityLine(signal.id, signal.lines, line);

type Unjudged = { idle: Named[]; off: Named[]; unlimited: Named[] };

function healthy(all: Named[], { idle, off, unlimited }: Unjudged): Overall {
  if (off.some(isAvailability))
    return {
      state: "off",
      headline: "Availability is not watched",
      sentence: `What is watched is within your thresholds. Switched off: ${names(off)}. Nothing here shows whether your capability can be reached.`,
    };
  const vouched = all.some((each) => isAvailability(each) && each.line.reading.kind === "value");
  if (!vouched)
    return {
      state: "no-data",
      headline: "No data",
      sentence: "Availability has no value, so nothing shows whether your capability can be reached.",
    };
  const which =
    idle.length + unlimited.length > 0
      ? "All signals that can be judged"
      : off.length > 0
        ? "All signals that are watched"
        : "All signals";
  const rest = [
    ...(idle.length > 0 ? [` Too few requests to judge ${names(idle)}.`] : []),
    ...(unlimited.length > 0
      ? [
          ` No container limit is reported for ${names(unlimited)}, so ${unlimited.length === 1 ? "it" : "they"} can't be judged.`,
        ]
      : []),
    ...(off.length > 0 ? [` Not watched: ${names(off)}.`] : []),
  ];
  return {
    state: "healthy",
    headline: "Healthy",
    sentence: `${which} are within your thresholds.${rest.join("")}`,
  };
}

function groupSentence(group: Group, lines: Named[], total: number, zone: string): string {
  switch (group) {
    case "firing":
      return `Breaching your thresholds: ${list(lines.map(measured))}.`;
    case "recovering":
      return recoveringSentence(lines);
    case "scaled-to-zero":
      return scaledSentence(lines, zone);
    case "pending":
      return `Breaching, not for long enough to alert: ${list(lines.map(measured))}.`;
    case "unknown":
      return unknownSentence(lines, total);
    case "no-data":
      return noDataSentence(lines, total);
  }
}

/** Only what is measured is known to be within its threshold. */
function recoveringSentence(lines: Named[]): string {
  const isMeasured = ({ line }: Named) => line.reading.kind === "value";
  const seen = lines.filter(isMeasured);
  const unseen = lines.filter((each) => !isMeasured(each));
  const it = unseen.length === 1 ? "it" : "they";
  return [
    ...(seen.length > 0
      ? [`Within the threshold again, not yet resolved: ${list(seen.map(measured))}.`]
      : []),
    ...(unseen.length > 0
      ? [`Not resolved until ${it} can be judged again: ${list(unseen.map(measured))}.`]
      : []),
  ].join(" ");
}

function scaledSentence([first]: readonly Named[], zone: string): string {
  const reading = first?.line.reading;
  const since =
    reading?.kind === "scaled-to-zero"
      ? ` since ${exactTime(reading.sinceMs, zone)}${reading.orEarlier ? " or earlier" : ""}`
      : "";
  return `Scaled to zero replicas${since}; nothing is running. Nothing is judged meanwhile, and no alert is sent.`;
}

function unknownSentence(unknown: Named[], total: number): string {
  // Asked and found fine, but only by this page: the evaluator has not judged it lately.
  const unjudged = unknown.filter(({ line }) => line.reading.kind === "value");
  if (unjudged.length === unknown.length) {
    const which = unknown.length === total ? "your signals are" : `${names(unknown)} ${be(unknown)}`;
    return `As far as this page can see, ${which} within your thresholds. The evaluator doesn't judge that now, so alerting is degraded.`;
  }
  const reasons = unknown.flatMap(({ line }) =>
    line.reading.kind === "unknown" ? [line.reading.reason.message] : [],
  );
  const reason = reasons[0] ?? "The metrics could not be asked.";
  const unasked = unknown.filter(({ line }) => line.reading.kind === "unknown");
  if (unasked.length === total) return reason;
  return `Could not ask for ${names(unasked)}. ${reason}`;
}

function noDataSentence(missing: Named[], total: number): string {
  const inParts = missing.flatMap(({ name, line: { reading } }) =>
    reading.kind === "no-data" && reading.missingParts ? [{ name, parts: reading.missingParts }] : [],
  );
  if (inParts.length > 0 && inParts.length === missing.length) {
    const from = list(
      inParts.map(({ name, parts }) => `${partList(parts)}, where ${name} breached its threshold`),
    );
    return `No data from ${from}. Other parts send data and are within it.`;
  }
  const isZeroUnknown = ({ line: { reading } }: Named) => reading.kind === "no-data" && reading.isZeroUnknown;
  if (missing.some(isZeroUnknown)) {
    const others = missing.filter((each) => !isZeroUnknown(each));
    return others.length === 0
      ? ZERO_UNKNOWN
      : `${ZERO_UNKNOWN} No recent measurement has arrived for ${names(others)}.`;
  }
  if (missing.length === total) return "No recent measurement of your capability has arrived.";
  return `No recent measurement has arrived for ${names(missing)}.`;
}

const ZERO_UNKNOWN =
  "Your capability was scaled to zero, and the platform doesn't report now whether it still is. Nothing is judged meanwhile, and no alert is sent.";

/** "error rate 12 % (alert above 5 %)": the value, or why there is none. */
function measured({ name, signal, line }: Named): string {
  const alert = `alert ${thresholdInWords(line.threshold, signal.worse, signal.unit)}`;
  const { reading } = line;
  const last = lastOf(reading);
  const lastWords = last && valueInWords(last.value, signal.unit);
  switch (reading.kind) {
    case "value":
      return `${name} ${valueInWords(reading.value, signal.unit)} (${alert})`;
    case "no-traffic":
      return `${name} (${alert}; too few requests to judge it now)`;
    case "no-limit":
      return `${name} (${alert}; no container limit is reported now)`;
    case "scaled-to-zero":
      return `${name} (${alert}; not judged while scaled to zero)`;
    case "no-data":
    case "unknown": {
      const gap = gapWords(reading);
      if (reading.kind === "no-data" && reading.missingParts)
        return `${name} (${alert}; ${gap} from ${partList(reading.missingParts)})`;
      return lastWords ? `${name}, last ${lastWords} (${alert}; ${gap})` : `${name} (${alert}; ${gap})`;
    }
  }
}

const be = (lines: readonly Named[]) => (lines.length === 1 ? "is" : "are");

/** "error rate (no data now)": an open alert goes on where its data stops, and its name must not hide that. */
function nameWithGap({ name, line }: Named): string {
  const gap = gapWords(line.reading);
  return gap ? `${name} (${gap})` : name;
}

function names(lines: readonly Named[]): string {
  return list(lines.map(({ name }) => name));
}
