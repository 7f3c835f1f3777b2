import { type ReplayPoint, replay } from "@/lib/evaluation/replay";
import type { JudgedThreshold } from "@/lib/evaluation/step";
import { valueInWords } from "@/lib/wording/sentence";
import { alertsOf } from "./backtest";
import { type EditedSignal, valueProblem } from "./edit";

/** A value and why, in a sentence; null where the history gives none, and why not. */
export type Suggestion = { value: number | null; reason: string };

const WEEK_MS = 7 * 86_400_000;
const DAY_MS = 86_400_000;
/** A value that would have alerted for more of the time than this is not a threshold but a description. */
const MOST_ALERTING = 0.05;
/** How much further than on 99 of 100 points the suggestion lies at least. */
const ROOM = 1.25;
/** Nearer to perfect than this nobody wants to be woken. In the unit's own measure. */
const LEAST = { share: 0.01, seconds: 0.05, count: 2 } as const;

/**
 * A value that would have kept quiet to about one alert a week, by this history and with the waiting times given.
 *
 * It is the strictest round value from which on everything laxer is that quiet, but leaves room beyond what is usual, or a
 * steady signal would be held to its own noise.
 * @param threshold its value is not looked at
 */
export function suggestValue(
  points: readonly ReplayPoint[],
  threshold: JudgedThreshold,
  stepSeconds: number,
  unit: EditedSignal["unit"],
): Suggestion {
  const signal: EditedSignal = { unit, worse: threshold.worse };
  const values = points.flatMap(({ reading }) => (reading.kind === "value" ? [reading.value] : []));
  const knownMs = values.length * stepSeconds * 1000;
  if (knownMs < DAY_MS)
    return { value: null, reason: "There is less than a day of values here, too little for a suggestion." };

  const badness = toBadness(signal, values);
  const sorted = values.map(badness.of).sort((a, b) => a - b);
  const usual = Math.max(0, sorted[Math.floor((sorted.length - 1) * 0.99)] ?? 0);
  const worst = Math.max(0, sorted.at(-1) ?? 0);
  const budget = Math.max(1, Math.round(knownMs / WEEK_MS));
  const roomy = Math.max(usual * ROOM, LEAST[unit]);
  const tries = candidates(unit, Math.max(worst, roomy))
    .map(badness.back)
    .filter((value) => valueProblem(value, threshold.inclusive, signal) === null);
  const quiet = strictestQuiet(points, threshold, stepSeconds, tries, { budget, knownMs });
  if (!quiet.found)
    return { value: null, reason: "No value would have kept this quiet: it was at its worst too often." };

  const wider = tries.findLast((value) => badness.of(value) >= roomy * (1 - 1e-9));
  const usualWords = valueInWords(badness.back(usual), unit);
  const side = signal.worse === "higher" ? "at or below" : "at or above";
  if (wider !== undefined && badness.of(wider) > badness.of(quiet.found.value)) {
    const alerts = countAlerts(points, { ...threshold, value: wider }, stepSeconds).alerts;
    const reason = `On 99 of 100 points it was ${side} ${usualWords}. This leaves room beyond that, and ${alerted(alerts)}.`;
    return { value: wider, reason };
  }
  const { value, alerts } = quiet.found;
  const stricter = quiet.stricter
    ? `; with ${valueInWords(quiet.stricter.value, unit)} ${tooOften(quiet.stricter)}`
    : "";
  return { value, reason: `With this it ${alerted(alerts)}${stricter}.` };
}

const times = (count: number): string => (count === 1 ? "once" : count === 2 ? "twice" : `${count} times`);
const alerted = (count: number): string =>
  count === 0 ? "would never have alerted" : `would have alerted ${times(count)}`;

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
type Tried = { value: number; alerts: number; share: number };

const tooOften = ({ alerts, share }: Tried): string =>
  share > MOST_ALERTING ? `for ${Math.round(share * 100)}\u00a0% of the time` : times(alerts);

/** From the laxest on, for alerts don't simply grow with strictness: the strictest value of all is one alert without end. */
function strictestQuiet(
  points: readonly ReplayPoint[],
  threshold: JudgedThreshold,
  stepSeconds: number,
  tries: readonly number[],
  { budget, knownMs }: { budget: number; knownMs: number },
): { found: Tried | null; stricter: Tried | null } {
  let found: Tried | null = null;
  for (const value of tries) {
    const { alerts, alertingMs } = countAlerts(points, { ...threshold, value }, stepSeconds);
    const tried = { value, alerts, share: alertingMs / knownMs };
    if (alerts > budget || tried.share > MOST_ALERTING) return { found, stricter: tried };
    found = tried;
  }
  return { found, stricter: null };
}

function countAlerts(points: readonly ReplayPoint[], threshold: JudgedThreshold, stepSeconds: number) {
  const alerts = alertsOf(replay(points, threshold, stepSeconds));
  const toMs = points.at(-1)?.atMs ?? 0;
  const alertingMs = alerts.reduce(
    (sum, { firedAtMs, endedAtMs }) => sum + (endedAtMs ?? toMs) - firedAtMs,
    0,
  );
  return { alerts: alerts.length, alertingMs };
}
