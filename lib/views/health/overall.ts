import { tellsReachability } from "@/lib/catalogue/bundle";
import { byWeight } from "@/lib/evaluation/status";
import type { LineView, SignalView, Status } from "@/lib/evaluation/view";
import { ownName } from "@/lib/wording/line-name";
import { partList } from "@/lib/wording/part-words";
import { inSentence, list, thresholdInWords, valueInWords } from "@/lib/wording/sentence";
import type { Overall } from "./view";

type Named = { name: string; signal: SignalView; line: LineView };

/**
 * The verdict over all signals: one state, a headline and a sentence that names the signals meant.
 *
 * What weighs most decides: firing, then unknown, no data, pending, recovering. Healthy is what remains, and only when
 * availability itself has a fresh value: signals that nothing measured vouch for nothing. A line that only the page finds fine,
 * because the evaluator has stopped judging it, came here as unknown.
 */
export function overallOf(signals: readonly SignalView[]): Overall {
  const all = signals.flatMap((signal) => signal.lines.map((line) => named(signal, line)));
  const of = (status: Status) => all.filter(({ line }) => line.status === status);
  if (all.length === 0)
    return {
      state: "unknown",
      headline: "Unknown",
      sentence: "The platform's definitions name no signal to judge, so nothing is known here.",
    };
  const watched = all.filter(({ line }) => line.status !== "off");
  if (watched.length === 0) return NOTHING_WATCHED;
  const worst = all.map(({ line }) => line.status).sort(byWeight)[0];
  switch (worst) {
    case "firing":
      return { state: "trouble", headline: "In trouble", sentence: troubleSentence(of) };
    case "unknown":
      return {
        state: "unknown",
        headline: "Unknown",
        sentence: unknownSentence(of("unknown"), watched.length),
      };
    case "no-data":
      return {
        state: "no-data",
        headline: "No data",
        sentence: noDataSentence(of("no-data"), watched.length),
      };
    case "pending":
      return {
        state: "pending",
        headline: "Pending",
        sentence: `Outside its threshold, not for long enough to alert: ${list(of("pending").map(measured))}.`,
      };
    case "recovering":
      return {
        state: "recovering",
        headline: "Recovering",
        sentence: `Back inside its threshold, not for long enough to be over: ${names(of("recovering"))}.`,
      };
    default:
      return healthy(all, of("no-traffic"), of("off"));
  }
}

const NOTHING_WATCHED: Overall = {
  state: "off",
  headline: "Nothing is watched",
  sentence:
    "Nothing is watched: every alert is switched off under Thresholds. Values are still measured; none is judged, and no mail is sent.",
};

const isAvailability = ({ signal, line }: Named): boolean => tellsReachability(signal.id, signal.lines, line);

function healthy(all: Named[], idle: Named[], off: Named[]): Overall {
  if (off.some(isAvailability))
    return {
      state: "off",
      headline: "Availability is not watched",
      sentence: `What is watched is inside your thresholds. Switched off: ${names(off)}. So nothing here vouches for your capability being reachable.`,
    };
  const vouched = all.some((each) => isAvailability(each) && each.line.reading.kind === "value");
  if (!vouched)
    return {
      state: "no-data",
      headline: "No data",
      sentence: "Availability has no value, so nothing vouches for your capability.",
    };
  const which =
    idle.length > 0
      ? "All signals that can be judged"
      : off.length > 0
        ? "All signals that are watched"
        : "All signals";
  const rest = [
    ...(idle.length > 0 ? [` Too few requests to judge ${names(idle)}.`] : []),
    ...(off.length > 0 ? [` Not watched: ${names(off)}.`] : []),
  ];
  return {
    state: "healthy",
    headline: "Healthy",
    sentence: `${which} are inside your thresholds.${rest.join("")}`,
  };
}

function troubleSentence(of: (status: Status) => Named[]): string {
  const parts = [`Outside your thresholds: ${list(of("firing").map(measured))}`];
  if (of("unknown").length > 0) parts.push(`unknown: ${names(of("unknown"))}`);
  if (of("no-data").length > 0) parts.push(`no data: ${names(of("no-data"))}`);
  return `${parts.join("; ")}.`;
}

function unknownSentence(unknown: Named[], total: number): string {
  // Asked and found fine, but only by this page: the evaluator has not judged it lately.
  const unjudged = unknown.filter(({ line }) => line.reading.kind === "value");
  if (unjudged.length === unknown.length) {
    const which = unknown.length === total ? "your signals are" : `${names(unknown)} ${be(unknown)}`;
    return `As far as this page can see, ${which} inside your thresholds. The evaluator does not judge that now, so alerting is degraded.`;
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
      inParts.map(({ name, parts }) => `${partList(parts)}, where ${name} was outside its threshold`),
    );
    return `No data from ${from}. Other parts send data and are inside it.`;
  }
  if (missing.length === total) return "No recent measurement of your capability has arrived.";
  return `No recent measurement has arrived for ${names(missing)}.`;
}

/** "error rate 12 % (alert above 5 %)": the value, or what became of it. */
function measured({ name, signal, line }: Named): string {
  const alert = `alert ${thresholdInWords(line.threshold, signal.worse, signal.unit)}`;
  const { reading } = line;
  const last = reading.kind === "no-data" || reading.kind === "unknown" ? reading.last : null;
  const lastWords = last && valueInWords(last.value, signal.unit);
  switch (reading.kind) {
    case "value":
      return `${name} ${valueInWords(reading.value, signal.unit)} (${alert})`;
    case "no-traffic":
      return `${name} (${alert}; too few requests to judge it now)`;
    case "no-data":
      if (reading.missingParts)
        return `${name} (${alert}; no data now from ${partList(reading.missingParts)})`;
      return lastWords
        ? `${name}, last ${lastWords} (${alert}; no data now)`
        : `${name} (${alert}; no data now)`;
    case "unknown":
      return lastWords
        ? `${name}, last ${lastWords} (${alert}; unknown now)`
        : `${name} (${alert}; unknown now)`;
  }
}

const be = (lines: readonly Named[]) => (lines.length === 1 ? "is" : "are");

function names(lines: readonly Named[]): string {
  return list(lines.map(({ name }) => name));
}

/** A signal with one line goes by its own title; one with several, by the line's, but for the line that is the signal itself. */
function named(signal: SignalView, line: LineView): Named {
  const title = ownName(signal, line) ?? (signal.lines.length === 1 ? signal.title : line.label);
  return { name: inSentence(title), signal, line };
}
