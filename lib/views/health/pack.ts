import type { LineView, SignalView } from "@/lib/evaluation/view";
import type { HealthView } from "./view";

/** A trend on an even grid; else its points as they are. */
type PackedTrend =
  | { fromMs: number; stepMs: number; values: (number | null)[] }
  | { points: LineView["trend"] };

type PackedLine = Omit<LineView, "trend"> & { trend: PackedTrend };
type PackedSignal = Pick<SignalView, "id" | "title" | "unit" | "worse" | "drawn"> & { lines: PackedLine[] };

/** A health view as it travels in a page's HTML. */
export type PackedHealth = Omit<HealthView, "signals"> & { signals: PackedSignal[] };

/** More digits than any value of a trend is shown with. */
const DIGITS = 7;

/**
 * A health view for a page's HTML, where it stands beside the markup made of it: what follows from the rest is left out. That is a
 * signal's own line, which is its first, and the instants of a trend.
 */
export function packHealth(view: HealthView): PackedHealth {
  return {
    ...view,
    signals: view.signals.map(({ id, title, unit, worse, lines, drawn }) => ({
      id,
      title,
      unit,
      worse,
      lines: lines.map((line) => ({ ...line, trend: packTrend(line.trend) })),
      ...(drawn && { drawn }),
    })),
  };
}

/** The view that was packed, with trends of seven digits. */
export function unpackHealth(packed: PackedHealth): HealthView {
  return {
    ...packed,
    signals: packed.signals.flatMap((signal) => {
      const lines = signal.lines.map((line) => ({ ...line, trend: unpackTrend(line.trend) }));
      const [first] = lines;
      return first ? [{ ...first, ...signal, lines }] : [];
    }),
  };
}

function packTrend(points: LineView["trend"]): PackedTrend {
  const [first, second] = points;
  if (!first || !second) return { points };
  const [fromMs, stepMs] = [first[0], second[0] - first[0]];
  if (points.some(([atMs], index) => atMs !== fromMs + index * stepMs)) return { points };
  return {
    fromMs,
    stepMs,
    values: points.map(([, value]) => (value === null ? null : Number(value.toPrecision(DIGITS)))),
  };
}

function unpackTrend(trend: PackedTrend): LineView["trend"] {
  if ("points" in trend) return trend.points;
  return trend.values.map((value, index) => [trend.fromMs + index * trend.stepMs, value]);
}
