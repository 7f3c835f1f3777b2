import type { Threshold, Unit } from "@/lib/catalogue/bundle";
import { html, Markup } from "@/lib/infra/markup";
import { scaleOf } from "@/lib/views/series/scale";
import { thresholdInWords, valueInWords } from "@/lib/wording/sentence";
import { formatTime, timeTicks, zoneName } from "@/lib/wording/time";

/** What the picture of a line's last hour shows. Times are milliseconds since the epoch. */
export type Chart = {
  /** Oldest first; null is a gap. */
  points: readonly (readonly [atMs: number, value: number | null])[];
  unit: Unit;
  worse: "higher" | "lower";
  threshold: Threshold;
  timeZone: string;
  firedAtMs: number | null;
  endedAtMs: number | null;
  deployedAtMs: readonly number[];
};

/** The picture's size in its own units. It is narrower than the mail, so that its text stays legible on a phone. */
export const CHART_WIDTH = 480;
export const CHART_HEIGHT = 196;

const LEFT = 46;
const RIGHT = CHART_WIDTH - 14;
const TOP = 30;
const BOTTOM = CHART_HEIGHT - 26;
/** Of "alert 14:07" and "ended 14:07". */
const LABEL_WIDTH = 76;

/**
 * Mail clients darken backgrounds by their own rules, and never a picture with them. The picture's background is transparent,
 * and its colours stand out from white and from near black alike (4:1 or more).
 */
const INK = "#767b85";
const LINE = "#4d7ae6";
const BAD = "#d5483f";
const GOOD = "#388c60";

const round = (value: number) => Math.round(value * 10) / 10;
const plain = (text: string) => text.replaceAll("\u00a0", " ");

/** A chart of the last hour as SVG: the values, the threshold with its bad side shaded, and when the alert began and ended. */
export function chartSvg(chart: Chart): string {
  const points = chart.points.map(
    ([atMs, value]) => [atMs, value !== null && Number.isFinite(value) ? value : null] as const,
  );
  const frame = frameOf(chart, points);
  const { x, y } = frame;
  const last = points.findLast(([, value]) => value !== null);
  return html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${CHART_WIDTH} ${CHART_HEIGHT}" font-family="Geist" font-size="12.5" fill="${INK}">
${badSide(chart, frame)}
${valueTicks(chart, frame)}
${gaps(points, frame)}
${timeAxis(chart, frame)}
${deployments(chart, frame)}
${thresholdLine(chart, points, frame)}
<path d="${new Markup(pathOf(points, x, y))}" fill="none" stroke="${LINE}" stroke-width="2.25" stroke-linejoin="round" stroke-linecap="round"/>
${marksOf(chart, frame).map(
  ({
    atMs,
    words,
    colour,
    labelAtX,
  }) => html`<path d="M${x(atMs)} ${BOTTOM}V${TOP - 8}" stroke="${colour}" stroke-width="1.5"/>
<text x="${labelAtX}" y="${TOP - 14}" text-anchor="middle" font-weight="500" fill="${colour}">${words}</text>`,
)}
${last && html`<circle cx="${x(last[0])}" cy="${y(last[1] ?? 0)}" r="4" fill="${LINE}"/>`}
</svg>`.text;
}

/** Where times and values lie in the picture. */
type Frame = {
  fromMs: number;
  toMs: number;
  ticks: readonly number[];
  x(atMs: number): number;
  y(value: number): number;
  /** The threshold's own height. */
  limit: number;
};

function frameOf({ worse, threshold, unit }: Chart, points: Points): Frame {
  const fromMs = points.at(0)?.[0] ?? 0;
  const toMs = points.at(-1)?.[0] ?? 1;
  const values = points.flatMap(([, value]) => (value === null ? [] : [value]));
  const scale = scaleOf(values, [threshold.value], worse, unit);
  const x = (atMs: number) => round(LEFT + ((atMs - fromMs) / (toMs - fromMs || 1)) * (RIGHT - LEFT));
  const y = (value: number) =>
    round(BOTTOM - ((value - scale.bottom) / (scale.top - scale.bottom || 1)) * (BOTTOM - TOP));
  return { fromMs, toMs, ticks: scale.ticks, x, y, limit: y(threshold.value) };
}

function badSide({ worse }: Chart, { limit }: Frame): Markup {
  const bad = worse === "higher" ? { top: TOP, height: limit - TOP } : { top: limit, height: BOTTOM - limit };
  return html`<rect x="${LEFT}" y="${round(bad.top)}" width="${RIGHT - LEFT}" height="${round(Math.max(bad.height, 0))}" fill="${BAD}" fill-opacity="0.09"/>`;
}

const valueTicks = ({ unit }: Chart, { ticks, y }: Frame) =>
  ticks.map(
    (
      tick,
    ) => html`<path d="M${LEFT} ${y(tick)}H${RIGHT}" stroke="${INK}" stroke-opacity="0.28" stroke-width="1"/>
<text x="${LEFT - 8}" y="${y(tick) + 4.5}" text-anchor="end">${tick === 0 && unit === "seconds" ? "0" : plain(valueInWords(tick, unit))}</text>`,
  );

function gaps(points: Points, { x, limit }: Frame) {
  // In the larger part beside the threshold's line, so that it isn't struck through.
  const labelY = round((limit - TOP > BOTTOM - limit ? TOP + limit : BOTTOM + limit) / 2 + 4);
  return gapsOf(points).map(
    ([from, to]) =>
      html`<rect x="${x(from)}" y="${TOP}" width="${round(x(to) - x(from))}" height="${BOTTOM - TOP}" fill="${INK}" fill-opacity="0.14"/>
${x(to) - x(from) > 60 ? html`<text x="${round((x(from) + x(to)) / 2)}" y="${labelY}" text-anchor="middle">no data</text>` : null}`,
  );
}

function timeAxis({ timeZone }: Chart, { fromMs, toMs, x }: Frame): Markup {
  const zone = zoneName(toMs, timeZone);
  const zoneRight = zone.length * 8; // an estimate that is never too small
  return html`${timeTicks(fromMs, toMs, timeZone, 5).map(({ atMs, label }) => {
    const at = x(atMs);
    if (at < zoneRight + 20 || at > RIGHT - 16) return null;
    return html`<path d="M${at} ${BOTTOM}v4" stroke="${INK}" stroke-width="1"/><text x="${at}" y="${BOTTOM + 18}" text-anchor="middle">${label}</text>`;
  })}
<text x="0" y="${BOTTOM + 18}">${zone}</text>`;
}

const deployments = ({ deployedAtMs }: Chart, { x }: Frame) =>
  deployedAtMs.map(
    (
      atMs,
    ) => html`<path d="M${x(atMs)} ${BOTTOM}v${TOP - BOTTOM}" stroke="${INK}" stroke-width="1" stroke-dasharray="1.5 3"/>
<path d="M${x(atMs)} ${BOTTOM - 8}l5 8h-10z"/>`,
  );

function thresholdLine({ threshold, worse, unit }: Chart, points: Points, frame: Frame): Markup {
  const words = `alert ${plain(thresholdInWords(threshold, worse, unit))}`;
  const label = quietPlace(points, frame, words.length * 7);
  return html`<path d="M${LEFT} ${frame.limit}H${RIGHT}" stroke="${BAD}" stroke-width="1.5" stroke-dasharray="6 4"/>
<text x="${label.x}" y="${label.y}" text-anchor="${label.anchor}" fill="${BAD}">${words}</text>`;
}

/** Beside the threshold's line, at either end, above or below: where the values cross the words least. */
function quietPlace(points: Points, { limit, x, y }: Frame, width: number) {
  const places = [limit - 6, limit + 15].flatMap((baseline) => [
    { x: LEFT + 6, y: round(baseline), anchor: "start", from: LEFT, to: LEFT + width },
    { x: RIGHT - 8, y: round(baseline), anchor: "end", from: RIGHT - width, to: RIGHT },
  ]);
  const crossings = ({ y: baseline, from, to }: (typeof places)[number]) =>
    points.filter(([atMs, value]) => {
      if (value === null || x(atMs) < from || x(atMs) > to) return false;
      return y(value) > baseline - 14 && y(value) < baseline + 6;
    }).length;
  const inside = places.filter(({ y: baseline }) => baseline > TOP + 8 && baseline < BOTTOM - 2);
  const best = inside.toSorted((one, other) => crossings(one) - crossings(other))[0];
  return best ?? { x: LEFT + 6, y: round(limit - 6), anchor: "start" };
}

/** When the alert began and ended. */
function marksOf({ firedAtMs, endedAtMs, timeZone }: Chart, { x }: Frame) {
  const marks = [
    { atMs: firedAtMs, word: "alert", colour: BAD },
    { atMs: endedAtMs, word: "ended", colour: GOOD },
  ].flatMap(({ atMs, word, colour }) => {
    if (atMs === null) return [];
    const words = `${word} ${formatTime(atMs, timeZone, "clock")}`;
    const middle = Math.min(Math.max(x(atMs), LEFT + LABEL_WIDTH / 2), RIGHT - LABEL_WIDTH / 2);
    return [{ atMs, words, colour, labelAtX: middle }];
  });
  // A short alert's two words would lie upon each other: the first one makes room.
  const [fired, ended] = marks;
  if (fired && ended) fired.labelAtX = Math.min(fired.labelAtX, ended.labelAtX - LABEL_WIDTH - 8);
  return marks;
}

type Points = readonly (readonly [atMs: number, value: number | null])[];

/** The line, broken where there is no value: a line across a gap would be made up. */
function pathOf(points: Points, x: (atMs: number) => number, y: (value: number) => number): string {
  let path = "";
  let drawing = false;
  for (const [atMs, value] of points) {
    if (value !== null) path += `${drawing ? "L" : "M"}${x(atMs)} ${y(value)}`;
    drawing = value !== null;
  }
  return path || "M0 0";
}

/** Where nothing is known, from the last value before to the first after. */
function gapsOf(points: Points): [fromMs: number, toMs: number][] {
  const gaps: [number, number][] = [];
  for (const [index, [atMs, value]] of points.entries()) {
    if (value !== null) continue;
    const gap = gaps.at(-1);
    const before = points[index - 1]?.[0] ?? atMs;
    const after = points[index + 1]?.[0] ?? atMs;
    if (gap && gap[1] >= atMs) gap[1] = after;
    else gaps.push([before, after]);
  }
  return gaps.filter(([from, to]) => to > from);
}
