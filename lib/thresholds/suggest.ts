import { type ReplayPoint, replay } from "@/lib/evaluation/replay";
import type { JudgedThreshold } from "@/lib/evaluation/step";
import { valueInWords } from "@/lib/wording/sentence";
import { alertsOf } from "./backtest";
import { type EditedSignal, valueProblem } from "./edit";
import { isBeyond, outagesOf, type PastOutage } from "./outages";

/** Together they are what the preview of the same threshold counts. */
export type CountedAlerts = { noise: number; aboutOutages: number };

/** A value and why, in a sentence, with the alerts that the sentence claims; null where the history gives none, and why not. */
export type Suggestion =
  | { value: number; reason: string; alerts: CountedAlerts }
  | { value: null; reason: string };

const WEEK_MS = 7 * 86_400_000;
const DAY_MS = 86_400_000;
/** A value that would have alerted for more of the time than this is not a threshold but a description. */
const MOST_ALERTING = 0.05;
/** How much further than on 99 of 100 points the suggestion lies at least. */
const ROOM = 1.25;
/** A suggestion nearer to perfect than this would wake people for nothing. In the unit's own measure. */
const LEAST = { share: 0.01, seconds: 0.05, count: 2 } as const;

/** Where more of the time than this was an outage, the history says nothing of what is usual. */
const MOST_OUTAGE = 0.05;

/**
 * A value that would have kept quiet to about one alert a week, by this history and with the waiting times given.
 *
 * It is the strictest round value from which on everything laxer is that quiet, but leaves room beyond what is usual, or a
 * steady signal would be held to its own noise. Outages are what an alert is for: they count as no noise, and no suggestion lies
 * beyond the bound that makes them outages (decision 0167).
 * @param threshold its value is not looked at
 * @param bound from which on the signal is an outage; null: nothing is
 * @param highest the highest value that the line can have; null: none is known
 */
export function suggestValue(
  points: readonly ReplayPoint[],
  threshold: JudgedThreshold,
  stepSeconds: number,
  unit: EditedSignal["unit"],
  bound: number | null,
  highest: number | null = null,
): Suggestion {
  const signal: EditedSignal = { unit, worse: threshold.worse, highest };
  const all = points.flatMap(({ reading }) => (reading.kind === "value" ? [reading.value] : []));
  const knownMs = all.length * stepSeconds * 1000;
  if (knownMs < DAY_MS)
    return { value: null, reason: "There is less than a day of values here, too little for a suggestion." };

  const outages = outagesOf(points, bound, signal.worse);
  const values = all.filter((value) => bound === null || !isBeyond(value, bound, signal.worse));
  if (values.length < all.length * (1 - MOST_OUTAGE))
    return { value: null, reason: `${outageWords(outages)} in this time, too much for a suggestion.` };

  const history: History = { points, outages, stepSeconds, knownMs };
  const badness = toBadness(signal, values);
  const sorted = values.map(badness.of).sort((a, b) => a - b);
  const usual = Math.max(0, sorted[Math.floor((sorted.length - 1) * 0.99)] ?? 0);
  const worst = Math.max(0, sorted.at(-1) ?? 0);
  const budget = Math.max(1, Math.round(knownMs / WEEK_MS));
  const roomy = Math.max(usual * ROOM, LEAST[unit]);
  const tries = candidates(unit, Math.max(worst, roomy))
    .map(badness.back)
    .filter((value) => valueProblem(value, threshold.inclusive, signal) === null)
    .filter((value) => bound === null || !isBeyond(value, bound, signal.worse));
  const quiet = strictestQuiet(history, threshold, tries, budget);
  if (!quiet.found)
    return { value: null, reason: "No value would have kept this quiet: it was at its worst too often." };

  const leftOut = outages.length > 0 ? ` ${outageWords(outages)} left out.` : "";
  const wider = tries.findLast((value) => badness.of(value) >= roomy * (1 - 1e-9));
  const usualWords = valueInWords(badness.back(usual), unit);
  const side = signal.worse === "higher" ? "at or below" : "at or above";
  if (wider !== undefined && badness.of(wider) > badness.of(quiet.found.value)) {
    const { alerts } = countAlerts(history, { ...threshold, value: wider });
    const reason = `On 99 of 100 points it was ${side} ${usualWords}. This leaves room beyond that, and ${alerted(alerts)}.${leftOut}`;
    return { value: wider, reason, alerts };
  }
  const { value, alerts } = quiet.found;
  const stricter = quiet.stricter
    ? `; with ${valueInWords(quiet.stricter.value, unit)} ${tooOften(quiet.stricter)}`
    : "";
  return { value, reason: `With this it ${alerted(alerts)}${stricter}.${leftOut}`, alerts };
}

/** What a value is tried on. */
type History = {
  points: readonly ReplayPoint[];
  outages: readonly PastOutage[];
  stepSeconds: number;
  knownMs: number;
};

const outageWords = ({ length }: readonly PastOutage[]): string =>
  length === 1 ? "One outage" : `${length} outages`;

const times = (count: number): string => (count === 1 ? "once" : count === 2 ? "twice" : `${count} times`);

/** All alerts, as the preview counts them, and how many of them are what an alert is for. */
function alerted({ noise, aboutOutages }: CountedAlerts): string {
  const all = noise + aboutOutages;
  if (all === 0) return "would never have alerted";
  const words = `would have alerted ${times(all)}`;
  if (aboutOutages === 0) return words;
  if (noise > 0)
    return `${words}, ${aboutOutages === 1 ? "one of them about an outage" : `${aboutOutages} of them about outages`}`;
  return `${words}, ${all === 1 ? "about an outage" : "each time about an outage"}`;
}

/** How bad a value is, whichever direction is bad: 0 is as good as it gets. */
function toBadness({ unit, worse }: EditedSignal, values: readonly number[]) {
  if (worse === "higher") return { of: (value: number) => value, back: clean };
  const best = unit === "share" ? 1 : values.reduce((a, b) => Math.max(a, b), 0);
  return { of: (value: number) => clean(best - value), back: (bad: number) => clean(best - bad) };
}

/** Cuts the dust that binary fractions leave. */
const clean = (value: number): number => Number(value.toPrecision(10));

const MANTISSAS = [1, 1.2, 1.5, 2, 2.5, 3, 3.5, 4, 5, 6, 7, 8, 9];

/** Round badnesses from beyond `reach` down to the least, laxest first. */
function candidates(unit: EditedSignal["unit"], reach: number): number[] {
  const found = new Set<number>();
  const least = LEAST[unit];
  for (let power = Math.floor(Math.log10(least)); power <= 6; power += 1)
    for (const mantissa of MANTISSAS) {
      const value = clean(mantissa * 10 ** power);
      found.add(unit === "count" ? Math.ceil(value) : value);
    }
  // Between a tenth and the whole, every per cent is a round number.
  if (unit === "share") for (let percent = 10; percent <= 100; percent += 1) found.add(percent / 100);
  const sorted = [...found].filter((value) => value >= least).sort((a, b) => a - b);
  const beyond = sorted.findIndex((value) => value > reach);
  return sorted.slice(0, beyond === -1 ? undefined : beyond + 1).reverse();
}

/** `share` is how much of the time it would have been alerting. */
type Tried = { value: number; alerts: CountedAlerts; share: number };

const tooOften = ({ alerts: { noise, aboutOutages }, share }: Tried): string =>
  share > MOST_ALERTING ? `for ${Math.round(share * 100)}\u00a0% of the time` : times(noise + aboutOutages);

/** From the laxest on, for alerts don't simply grow with strictness: the strictest value of all is one alert without end. */
function strictestQuiet(
  history: History,
  threshold: JudgedThreshold,
  tries: readonly number[],
  budget: number,
): { found: Tried | null; stricter: Tried | null } {
  let found: Tried | null = null;
  for (const value of tries) {
    const { alerts, alertingMs } = countAlerts(history, { ...threshold, value });
    const tried = { value, alerts, share: alertingMs / history.knownMs };
    if (alerts.noise > budget || tried.share > MOST_ALERTING) return { found, stricter: tried };
    found = tried;
  }
  return { found, stricter: null };
}

/** The alerts, those about an outage apart, and how long all of them lasted beside the outages. */
function countAlerts({ points, outages, stepSeconds }: History, threshold: JudgedThreshold) {
  const toMs = points.at(-1)?.atMs ?? 0;
  const alerts = alertsOf(replay(points, threshold, stepSeconds)).map(({ firedAtMs, endedAtMs }) => ({
    fromMs: firedAtMs,
    toMs: endedAtMs ?? toMs,
  }));
  const overlapMs = (alert: PastOutage, outage: PastOutage) =>
    Math.max(0, Math.min(alert.toMs, outage.toMs) - Math.max(alert.fromMs, outage.fromMs));
  const isAboutOutage = (alert: PastOutage) =>
    outages.some((outage) => alert.fromMs <= outage.toMs && outage.fromMs <= alert.toMs);
  const alertingMs = alerts.reduce(
    (sum, alert) =>
      sum +
      (alert.toMs - alert.fromMs) -
      outages.reduce((inOutages, outage) => inOutages + overlapMs(alert, outage), 0),
    0,
  );
  const aboutOutages = alerts.filter(isAboutOutage).length;
  return { alerts: { noise: alerts.length - aboutOutages, aboutOutages }, alertingMs };
}
