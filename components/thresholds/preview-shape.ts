import type { ReplayPoint, Span } from "@/lib/evaluation/replay";
import type { EditedSignal } from "@/lib/thresholds/edit";
import { type Scale, scaleOf } from "@/lib/views/series/scale";
import { valueToShown } from "./draft";

/** More than a screen has pixels for is not drawn: each column shows its lowest and its highest value. */
export const COLUMNS = 720;
/** The drawing's own height; the page stretches it. */
export const HEIGHT = 100;

export type Column = { low: number; high: number } | null;

/** The values of a line by column of the time axis; null where there is none, which is a gap. */
export function previewColumnsOf(points: readonly ReplayPoint[], fromMs: number, toMs: number): Column[] {
  const columns: Column[] = Array.from({ length: COLUMNS }, () => null);
  for (const { atMs, reading } of points) {
    if (reading.kind !== "value") continue;
    const index = columnAt(atMs, fromMs, toMs);
    const column = columns[index];
    if (column) {
      column.low = Math.min(column.low, reading.value);
      column.high = Math.max(column.high, reading.value);
    } else columns[index] = { low: reading.value, high: reading.value };
  }
  return columns;
}

function columnAt(atMs: number, fromMs: number, toMs: number): number {
  const fraction = (atMs - fromMs) / (toMs - fromMs || 1);
  return Math.min(COLUMNS - 1, Math.max(0, Math.floor(fraction * COLUMNS)));
}

/** Where a value stands in the drawing, from the top. */
export function heightOf(value: number, { bottom, top }: Scale): number {
  const fraction = (value - bottom) / (top - bottom || 1);
  return HEIGHT * (1 - Math.min(1, Math.max(0, fraction)));
}

/**
 * The line as an SVG path: down each column from its highest to its lowest value. The pen is lifted over gaps longer than
 * `gapColumns`, since a range with fewer points than columns leaves some empty between any two.
 */
export function linePath(columns: readonly Column[], scale: Scale, gapColumns: number): string {
  let path = "";
  let last = Number.NEGATIVE_INFINITY;
  columns.forEach((column, index) => {
    if (!column) return;
    const pen = index - last > gapColumns ? "M" : "L";
    const high = heightOf(column.high, scale).toFixed(2);
    const low = heightOf(column.low, scale).toFixed(2);
    path += `${pen}${index} ${high}${high === low ? "h0.5" : `V${low}`}`;
    last = index;
  });
  return path;
}

export type PreviewBand = { condition: Span["condition"]; from: number; to: number };

const WEIGHT = { pending: 1, recovering: 2, firing: 3 } as const;

/** Spans as bands of columns. Where several share a column, the gravest is seen: a noisy threshold would be 1,000 slivers. */
export function previewBandsOf(spans: readonly Span[], fromMs: number, toMs: number): PreviewBand[] {
  const worst: (Span["condition"] | null)[] = Array.from({ length: COLUMNS }, () => null);
  for (const span of spans) {
    const last = columnAt(span.toMs, fromMs, toMs);
    for (let index = columnAt(span.fromMs, fromMs, toMs); index <= last; index += 1) {
      const known = worst[index];
      if (!known || WEIGHT[span.condition] > WEIGHT[known]) worst[index] = span.condition;
    }
  }
  const bands: PreviewBand[] = [];
  worst.forEach((condition, index) => {
    if (!condition) return;
    const open = bands.at(-1);
    if (open && open.to === index && open.condition === condition) open.to = index + 1;
    else bands.push({ condition, from: index, to: index + 1 });
  });
  return bands;
}

/** What the slider spans, in the form's unit: all that was seen, the default and what holds now, with room to be laxer. */
export type SliderSpan = { min: number; max: number; step: number };

export function sliderSpan(
  values: readonly number[],
  thresholds: readonly number[],
  { unit, worse }: EditedSignal,
): SliderSpan {
  const all = [...values, ...thresholds];
  let low = all.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  let high = all.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  if (worse === "higher") {
    low = 0;
    high = unit === "share" ? Math.min(1, high * 1.25) : high * 1.25;
  } else {
    if (unit === "share") high = 1;
    const span = Math.max(high - low, Math.abs(high) * 0.01);
    low = Math.max(0, low - span * 0.25);
  }
  const [min, max] = [valueToShown(low, unit), valueToShown(high, unit)];
  const step = unit === "count" ? 1 : roundDown((max - min) / 150);
  return {
    min: Math.floor(min / step + 1e-9) * step,
    max: Math.max(step, Math.ceil(max / step - 1e-9) * step),
    step,
  };
}

/** The largest of 1, 2 and 5 times a power of ten that isn't above it. */
function roundDown(value: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 1e-6)));
  const factor = value >= 5 * power ? 5 : value >= 2 * power ? 2 : 1;
  return Number((factor * power).toPrecision(6));
}

/** The vertical span of the preview: everything seen, and the threshold wherever it is moved. */
export function previewScale(
  columns: readonly Column[],
  thresholds: readonly number[],
  signal: EditedSignal,
) {
  const values = columns.flatMap((column) => (column ? [column.low, column.high] : []));
  return scaleOf(values, thresholds, signal.worse, signal.unit);
}
