import type { SeriesView } from "./view";

type Unit = SeriesView["unit"] | "cores" | "bytes";

/** The vertical span of a chart and the values that get a line and a label. */
export type Scale = { bottom: number; top: number; ticks: number[] };

/** A round step that cuts a span in about `parts`: 1, 2, 2.5 or 5 times a power of ten; whole for counts. */
function roundStep(span: number, parts: number, whole: boolean): number {
  const rough = span / parts;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 2.5, 5, 10].find((factor) => factor * power >= rough) ?? 10) * power;
  return whole ? Math.max(1, Math.ceil(step)) : step;
}

/** Cuts the dust that binary fractions leave: 0.30000000000000004 is 0.3. */
const clean = (value: number) => Number(value.toPrecision(12));

/**
 * The scale of a chart. Where higher is worse it begins at zero, or a small wobble would look like a storm. Where lower is
 * worse (availability) it hangs from the best value. Thresholds are always inside.
 * @param values what is drawn, without gaps
 * @param thresholds the values of the threshold lines
 */
export function scaleOf(
  values: readonly number[],
  thresholds: readonly number[],
  worse: SeriesView["worse"],
  unit: Unit,
): Scale {
  const all = [...values, ...thresholds];
  if (worse === "lower") {
    const top = Math.max(unit === "share" ? 1 : Number.NEGATIVE_INFINITY, ...all);
    const lowest = Math.min(...all, top);
    const span = Math.max((top - lowest) * 1.15, Math.abs(top) * 0.001, 1e-9);
    const step = roundStep(span, 2, unit === "count");
    const bottom = clean(top - Math.ceil(span / step) * step);
    // Nothing lies below zero: the room is cut there and halved.
    if (unit === "share" && bottom <= 0) return { bottom: 0, top, ticks: [0, clean(top / 2), top] };
    return { bottom, top, ticks: ticksBetween(bottom, top, step, top) };
  }
  const highest = Math.max(0, ...all);
  const span = Math.max(highest * 1.08, unit === "count" ? 1 : 1e-3);
  const step = roundStep(span, 3, unit === "count");
  // A share that stays below the whole is not given room above it.
  const room = Math.ceil(span / step) * step;
  const top = clean(unit === "share" && highest <= 1 ? Math.min(room, 1) : room);
  return { bottom: 0, top, ticks: ticksBetween(0, top, step, 0) };
}

function ticksBetween(bottom: number, top: number, step: number, from: number): number[] {
  const ticks: number[] = [];
  const direction = from === bottom ? 1 : -1;
  for (let index = 0; index <= 8; index += 1) {
    const value = clean(from + direction * index * step);
    if (value < bottom - step * 1e-6 || value > top + step * 1e-6) break;
    ticks.push(value);
  }
  return ticks.sort((a, b) => a - b);
}
