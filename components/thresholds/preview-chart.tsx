"use client";

import { memo, useMemo } from "react";
import { PLOT } from "@/components/charts/geometry";
import { TimeAxis } from "@/components/charts/time-axis";
import type { Span } from "@/lib/evaluation/replay";
import type { EditedSignal } from "@/lib/thresholds/edit";
import { formatThreshold, formatValue } from "@/lib/wording/format";
import {
  COLUMNS,
  HEIGHT,
  heightOf,
  linePath,
  type PreviewBand,
  previewBandsOf,
  previewColumnsOf,
  previewScale,
} from "./preview-shape";
import type { History } from "./use-history";

const CHART_HEIGHT = 220;
/** Distinct without colour: hatching, a solid background with a thick upper edge, a plain background. */
export const BAND_LOOK: Record<PreviewBand["condition"], string> = {
  pending: "hatched bg-warn-soft text-warn",
  firing: "border-t-4 border-bad bg-bad-soft",
  recovering: "border-t-2 border-dotted border-warn bg-warn-soft",
};

/**
 * A line's history with the threshold where the owner holds it, and below it what would have come of that: pending hatched, firing
 * solid and marked on its upper edge, recovering plain. The words beside it say the same.
 */
export function PreviewChart({
  history,
  spans,
  threshold,
  others,
  signal,
  label,
}: {
  history: History;
  spans: Span[];
  /** null while the field holds no number. */
  threshold: { value: number; inclusive: boolean } | null;
  /** Values that must stay in sight: the default, and what holds now. */
  others: number[];
  signal: EditedSignal;
  /** The drawing in a sentence. */
  label: string;
}) {
  const { fromMs, toMs, points, stepSeconds } = history;
  const columns = useMemo(() => previewColumnsOf(points, fromMs, toMs), [points, fromMs, toMs]);
  const value = threshold?.value ?? null;
  const scale = useMemo(
    () => previewScale(columns, value === null ? others : [...others, value], signal),
    [columns, value, others, signal],
  );
  const bands = useMemo(() => previewBandsOf(spans, fromMs, toMs), [spans, fromMs, toMs]);
  const pointColumns = (stepSeconds * 1000 * COLUMNS) / (toMs - fromMs);
  const limitTop = value === null ? null : `${heightOf(value, scale).toFixed(2)}%`;
  return (
    <div>
      <div className="on-paper relative" style={{ height: CHART_HEIGHT }} role="img" aria-label={label}>
        {scale.ticks.map((tick) => (
          <div key={tick} aria-hidden="true">
            <span
              // The lowest stands on its line: below it the time axis begins, and would cover half of it.
              className={`absolute left-0 text-right text-[0.6875rem] text-ink-soft ${heightOf(tick, scale) > 99 ? "-translate-y-full" : "-translate-y-1/2"}`}
              style={{ top: `${heightOf(tick, scale)}%`, width: PLOT.left - 6 }}
            >
              {formatValue(tick, signal.unit)}
            </span>
            <span
              className="absolute h-px bg-line"
              style={{ top: `${heightOf(tick, scale)}%`, left: PLOT.left, right: PLOT.right }}
            />
          </div>
        ))}
        <div
          aria-hidden="true"
          className="absolute inset-y-0"
          style={{ left: PLOT.left, width: `calc(100% - ${PLOT.left + PLOT.right}px)` }}
        >
          {bands.map(({ condition, from, to }) => (
            <span
              key={`${condition}${from}`}
              data-band={condition}
              className={`absolute inset-y-0 min-w-0.5 ${BAND_LOOK[condition]}`}
              style={{ left: `${(from / COLUMNS) * 100}%`, width: `${((to - from) / COLUMNS) * 100}%` }}
            />
          ))}
        </div>
        <svg
          viewBox={`0 0 ${COLUMNS} ${HEIGHT}`}
          preserveAspectRatio="none"
          aria-hidden="true"
          className="absolute inset-y-0 h-full overflow-visible"
          style={{ left: PLOT.left, width: `calc(100% - ${PLOT.left + PLOT.right}px)` }}
        >
          <HistoryLine d={linePath(columns, scale, Math.max(1, pointColumns * 1.5))} />
        </svg>
        {limitTop !== null && threshold && (
          <div
            aria-hidden="true"
            className="absolute border-t-2 border-dashed border-bad"
            style={{ top: limitTop, left: PLOT.left, right: PLOT.right }}
          >
            <span className="absolute right-0 top-0 -translate-y-1/2 rounded bg-bad px-1.5 py-0.5 text-[0.6875rem] font-medium text-surface">
              {formatThreshold(threshold, signal.worse, signal.unit)}
            </span>
          </div>
        )}
      </div>
      <TimeAxis fromMs={fromMs} toMs={toMs} />
    </div>
  );
}

/** The line alone: it isn't drawn again while only the threshold moves. */
const HistoryLine = memo(function HistoryLine({ d }: { d: string }) {
  return (
    <path
      d={d}
      fill="none"
      stroke="var(--accent)"
      strokeWidth="1.5"
      strokeLinejoin="round"
      strokeLinecap="round"
      vectorEffect="non-scaling-stroke"
    />
  );
});
