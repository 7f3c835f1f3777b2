import type { MailContent, MailLine } from "@/lib/alerts/mail-content";
import type { Threshold, Unit } from "@/lib/catalogue/bundle";
import { formatDuration } from "@/lib/wording/format";
import { thresholdInWords, valueInWords } from "@/lib/wording/sentence";
import type { Block, Fact } from "./document";
import { dayAndMoment, momentInWords, spanInWords } from "./moments";
import { lineName } from "./names";
import { trendInWords } from "./trend";

type Context = Pick<MailContent, "atMs" | "timeZone">;

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

const thresholdFact = (line: MailLine): Fact => ["Threshold", thresholdWords(line.threshold, line)];

function trendFacts(line: MailLine): Fact[] {
  const words = trendInWords(line.trend, line.unit);
  if (words === null) return line.trend === null ? [["Trend", "The last hour could not be read."]] : [];
  return [["Trend", `${words.charAt(0).toUpperCase()}${words.slice(1)}.`]];
}

function worstFacts({ episode, unit }: MailLine, { timeZone, atMs }: Context): Fact[] {
  if (!episode) return [];
  return [
    ["Worst", `${valueWords(episode.worst, unit)} at ${momentInWords(episode.worstAtMs, timeZone, atMs)}`],
  ];
}

function missingFacts({ missingSinceMs, trend, unit }: MailLine, { timeZone, atMs }: Context): Fact[] {
  if (missingSinceMs === null) return [];
  const last = trend?.findLast(([, value]) => value !== null);
  const since: Fact = [
    "No data since",
    `${dayAndMoment(missingSinceMs, timeZone)}, for ${formatDuration(atMs - missingSinceMs)}`,
  ];
  if (!last) return [since];
  return [since, ["Last value", `${valueWords(last[1], unit)} at ${momentInWords(last[0], timeZone, atMs)}`]];
}

/** The value that fired; where a later one was judged before the mail was made, that too. */
function firedValueWords({ episode, value, unit }: MailLine): string {
  const now = valueWords(value, unit);
  const fired = episode ? valueWords(episode.firedValue, unit) : now;
  return value === null || fired === now ? fired : `${fired} when it alerted, ${now} now`;
}

/** A line that has just fired: the value that fired, the threshold, since when, the trend. */
export function firingFacts(line: MailLine, context: Context): Fact[] {
  const { episode } = line;
  const since = episode && dayAndMoment(episode.breachedAtMs, context.timeZone);
  const held = episode && episode.firedAtMs - episode.breachedAtMs >= 60_000;
  return [
    ["Value", firedValueWords(line)],
    thresholdFact(line),
    ...(since ? [["Since", since] as const] : []),
    ...(episode && held
      ? [["Alert from", momentInWords(episode.firedAtMs, context.timeZone, context.atMs)] as const]
      : []),
    ...trendFacts(line),
    ...missingFacts(line, context),
  ];
}

/** A line that fires since before: the value now, for how long, the worst. */
export function standingFacts(line: MailLine, context: Context): Fact[] {
  const { episode, unit } = line;
  return [
    ["Now", valueWords(line.value, unit)],
    ...(episode
      ? [
          [
            "Alert from",
            `${dayAndMoment(episode.firedAtMs, context.timeZone)}, for ${formatDuration(context.atMs - episode.firedAtMs)}`,
          ] as const,
        ]
      : []),
    ...worstFacts(line, context),
    thresholdFact(line),
    ...trendFacts(line),
    ...missingFacts(line, context),
  ];
}

/** A line whose episode is over: the value now, how long it lasted, the worst. */
export function endedFacts(line: MailLine, context: Context): Fact[] {
  const { episode, unit } = line;
  const endedAtMs = episode?.endedAtMs ?? context.atMs;
  return [
    ["Now", valueWords(line.value, unit)],
    ...(episode
      ? [
          [
            "Lasted",
            `${formatDuration(endedAtMs - episode.firedAtMs)}, from ${spanInWords(episode.firedAtMs, endedAtMs, context.timeZone, context.atMs)}`,
          ] as const,
        ]
      : []),
    ...worstFacts(line, context),
    thresholdFact(line),
    ...trendFacts(line),
    ...missingFacts(line, context),
  ];
}

/** A line that nothing is heard of. */
export function silentFacts(line: MailLine, context: Context): Fact[] {
  const { episode } = line;
  return [
    ...missingFacts(line, context),
    ...(episode
      ? [["Alert from", `${dayAndMoment(episode.firedAtMs, context.timeZone)}, still standing`] as const]
      : []),
    thresholdFact(line),
  ];
}

/** The picture of the line's last hour; nothing where there are too few points to draw. */
export function pictureOf(line: MailLine, context: Context, deployedAtMs: readonly number[]): Block[] {
  const { trend, episode, unit, worse, threshold } = line;
  const [from, to] = [trend?.at(0)?.[0], trend?.at(-1)?.[0]];
  if (!trend || from === undefined || to === undefined || to <= from) return [];
  if (trend.filter(([, value]) => value !== null).length < 2) return [];
  const { timeZone, atMs } = context;
  const trendWords = trendInWords(trend, unit);
  const inside = (at: number | null | undefined) => typeof at === "number" && at >= from && at <= to;
  const alt = [
    `Chart of ${lineName(line)}, ${spanInWords(from, to, timeZone, atMs)}${trendWords ? `: ${trendWords}` : ""}.`,
    `The threshold is drawn at ${valueWords(threshold.value, unit)}.`,
    episode &&
      inside(episode.firedAtMs) &&
      `The alert began at ${momentInWords(episode.firedAtMs, timeZone, atMs)}.`,
    episode?.endedAtMs &&
      inside(episode.endedAtMs) &&
      `It ended at ${momentInWords(episode.endedAtMs, timeZone, atMs)}.`,
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
        firedAtMs: inside(episode?.firedAtMs) ? (episode?.firedAtMs ?? null) : null,
        endedAtMs: inside(episode?.endedAtMs) ? (episode?.endedAtMs ?? null) : null,
        deployedAtMs: deployedAtMs.filter(inside),
      },
    },
  ];
}
