import type { MailFacts, MailLine } from "@/lib/alerts/mail-facts";
import type { Threshold, Unit } from "@/lib/catalogue/bundle";
import { formatDuration } from "@/lib/wording/format";
import { partList, thresholdInWords, valueInWords } from "@/lib/wording/sentence";
import type { Block, FactRow } from "./document";
import { dayAndMoment, momentInWords, spanInWords } from "./moments";
import { mailLineName, nameInWords } from "./names";
import { trendInWords } from "./trend";

type Context = Pick<MailFacts, "atMs" | "timeZone">;

export const valueWords = (value: number | null, unit: Unit): string =>
  value === null ? "no data" : Number.isFinite(value) ? valueInWords(value, unit) : "not a number";

/** "above 5 %" */
export const limitWords = ({ threshold, worse, unit }: Pick<MailLine, "threshold" | "worse" | "unit">) =>
  thresholdInWords(threshold, worse, unit);

/** "above 5 % for 5 min" */
export function thresholdWords(
  threshold: Threshold,
  { worse, unit }: Pick<MailLine, "worse" | "unit">,
): string {
  const limit = thresholdInWords(threshold, worse, unit);
  return threshold.forSeconds === 0
    ? `${limit}, at once`
    : `${limit} for ${formatDuration(threshold.forSeconds * 1000)}`;
}

const thresholdFact = (line: MailLine): FactRow => ["Threshold", thresholdWords(line.threshold, line)];

function trendFacts(line: MailLine): FactRow[] {
  const words = trendInWords(line.trend, line.unit);
  if (words === null) return line.trend === null ? [["Trend", "The last hour could not be read."]] : [];
  return [["Trend", `${words.charAt(0).toUpperCase()}${words.slice(1)}.`]];
}

function worstFacts({ alert, unit }: MailLine, { timeZone, atMs }: Context): FactRow[] {
  if (!alert) return [];
  return [["Worst", `${valueWords(alert.worst, unit)} at ${momentInWords(alert.worstAtMs, timeZone, atMs)}`]];
}

/** Since when there is no data, and what its last value was. */
export function missingFacts(line: MailLine, { timeZone, atMs }: Context): FactRow[] {
  const { missingSinceMs, trend, unit, missingParts } = line;
  if (missingSinceMs === null) return [];
  const last = trend?.findLast(([, value]) => value !== null);
  const since: FactRow = [
    "No data since",
    `${dayAndMoment(missingSinceMs, timeZone)}, for ${formatDuration(atMs - missingSinceMs)}`,
  ];
  // The line's last value is that of the parts that are still seen.
  if (!last || missingParts.length > 0) return [since];
  return [since, ["Last value", `${valueWords(last[1], unit)} at ${momentInWords(last[0], timeZone, atMs)}`]];
}

/** The value that fired; where a later one was judged before the mail was made, that too. */
function firedValueWords({ alert, value, unit }: MailLine): string {
  const now = valueWords(value, unit);
  const fired = alert ? valueWords(alert.firedValue, unit) : now;
  return value === null || fired === now ? fired : `${fired} when it alerted, ${now} now`;
}

type Times = Pick<NonNullable<MailLine["alert"]>, "breachedAtMs" | "firedAtMs">;

/** The two times that an alert has, each always by its own name. */
export function sinceFacts(alert: MailLine["alert"], { timeZone, atMs }: Context): FactRow[] {
  if (!alert) return [];
  const lasts = alert.endedAtMs === null ? `, for ${formatDuration(atMs - alert.firedAtMs)}` : "";
  return [
    ["Breach began", dayAndMoment(alert.breachedAtMs, timeZone)],
    ["Alerting since", `${dayAndMoment(alert.firedAtMs, timeZone)}${atMs > alert.firedAtMs ? lasts : ""}`],
  ];
}

/** "alerting since 14:07 CET (13:07 UTC)" */
export const sinceInWords = ({ firedAtMs }: Times, timeZone: string, atMs: number): string =>
  `alerting since ${momentInWords(firedAtMs, timeZone, atMs)}`;

/** What keeps pods from running, where the line is about them. */
function waitingFacts({ waiting }: MailLine): FactRow[] {
  if (waiting === undefined) return [];
  if (waiting === null) return [["Waiting", "What keeps pods from running could not be read."]];
  return [
    [
      "Waiting",
      partList(
        waiting.named.map((words) => nameInWords(words, 300)),
        waiting.total,
      ),
    ],
  ];
}

const worstPartFacts = ({ worstPart }: MailLine): FactRow[] =>
  worstPart === undefined ? [] : [["Worst part", nameInWords(worstPart, 500)]];

/** A line that has just fired: the value that fired, the worst part, the threshold, since when, the trend. */
export function firingFacts(line: MailLine, context: Context): FactRow[] {
  return [
    ["Value", firedValueWords(line)],
    ...worstPartFacts(line),
    ...waitingFacts(line),
    thresholdFact(line),
    ...sinceFacts(line.alert, context),
    ...trendFacts(line),
    ...missingFacts(line, context),
  ];
}

const nowWords = ({ alert, value, unit }: MailLine): string =>
  `${valueWords(value, unit)}${alert?.recovering ? ", recovering" : ""}`;

/** A line that fires since before: the value now, for how long, the worst. */
export function ongoingFacts(line: MailLine, context: Context): FactRow[] {
  return [
    ["Now", nowWords(line)],
    ...waitingFacts(line),
    ...sinceFacts(line.alert, context),
    ...worstFacts(line, context),
    thresholdFact(line),
    ...trendFacts(line),
    ...missingFacts(line, context),
  ];
}

/** A line whose alert is over: the value now, how long it lasted, the worst. */
export function endedFacts(line: MailLine, context: Context): FactRow[] {
  const { alert, unit } = line;
  const endedAtMs = alert?.endedAtMs ?? context.atMs;
  return [
    ["Now", valueWords(line.value, unit)],
    ...(alert
      ? [
          ["Breach began", dayAndMoment(alert.breachedAtMs, context.timeZone)] as const,
          [
            "Alerting for",
            `${formatDuration(endedAtMs - alert.firedAtMs)}, from ${spanInWords(alert.firedAtMs, endedAtMs, context.timeZone, context.atMs)}`,
          ] as const,
        ]
      : []),
    ...worstFacts(line, context),
    thresholdFact(line),
    ...trendFacts(line),
    ...missingFacts(line, context),
  ];
}

/** A line that has no data. */
export function silentFacts(line: MailLine, context: Context): FactRow[] {
  return [
    ...missingFacts(line, context),
    ...sinceFacts(line.alert, context),
    ...(line.missingParts.length > 0 ? worstFacts(line, context) : []),
    thresholdFact(line),
  ];
}

/** The picture of the line's last hour; nothing where there are too few points to draw. */
export function pictureOf(line: MailLine, context: Context, deployedAtMs: readonly number[]): Block[] {
  const { trend, alert, unit, worse, threshold } = line;
  const [from, to] = [trend?.at(0)?.[0], trend?.at(-1)?.[0]];
  if (!trend || from === undefined || to === undefined || to <= from) return [];
  if (trend.filter(([, value]) => value !== null).length < 2) return [];
  const { timeZone, atMs } = context;
  const trendWords = trendInWords(trend, unit);
  const inside = (at: number | null | undefined) => typeof at === "number" && at >= from && at <= to;
  const alt = [
    `Chart of ${mailLineName(line)}, ${spanInWords(from, to, timeZone, atMs)}${trendWords ? `: ${trendWords}` : ""}.`,
    `The threshold is drawn at ${valueWords(threshold.value, unit)}.`,
    alert &&
      inside(alert.firedAtMs) &&
      `The alert began at ${momentInWords(alert.firedAtMs, timeZone, atMs)}.`,
    alert?.endedAtMs &&
      inside(alert.endedAtMs) &&
      `It ended at ${momentInWords(alert.endedAtMs, timeZone, atMs)}.`,
  ].filter(Boolean);
  return [
    {
      kind: "picture",
      alt: alt.join(" "),
      chart: {
        points: trend,
        unit,
        worse,
        threshold,
        timeZone,
        firedAtMs: inside(alert?.firedAtMs) ? (alert?.firedAtMs ?? null) : null,
        endedAtMs: inside(alert?.endedAtMs) ? (alert?.endedAtMs ?? null) : null,
        deployedAtMs: deployedAtMs.filter(inside),
      },
    },
  ];
}
