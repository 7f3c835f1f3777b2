"use client";

import { formatThreshold, formatValue, NO_VALUE } from "@/lib/wording/format";
import { strokeOf } from "./geometry";
import type { HiddenLines } from "./hidden-lines";
import type { ChartView, Row } from "./shape";

/** The legend, with each line's newest value, and a switch for each of several lines. What was earlier stands beside the crosshair. */
export function ChartReadout({
  view,
  rows,
  isNow = false,
  hidden,
  onToggle,
}: {
  view: ChartView;
  rows: Row[];
  /** The newest values are the present ones, as beside the chart. */
  isNow?: boolean;
  hidden: HiddenLines;
  onToggle: (line: string) => void;
}) {
  const row = rows.at(-1);
  const limits = [
    ...new Set(
      view.lines.flatMap(({ threshold }) =>
        threshold ? [formatThreshold(threshold, view.worse, view.unit)] : [],
      ),
    ),
  ];
  return (
    <ul className="flex flex-wrap items-center gap-x-4 text-xs text-ink-soft sm:justify-end">
      {view.lines.map((line, index) => {
        const value = row?.values[index] ?? null;
        const entry = (
          <>
            <LineSample {...strokeOf(index)} />
            {line.label}
            {isNow && <span className="sr-only"> now</span>}
            <span className="min-w-12 text-right font-medium text-ink">
              {value === null ? NO_VALUE : formatValue(value, view.unit)}
            </span>
          </>
        );
        return (
          <li key={line.id} data-legend={line.id} className="flex min-h-6 items-center whitespace-nowrap">
            {view.lines.length === 1 ? (
              <span className="flex items-center gap-1.5">{entry}</span>
            ) : (
              <button
                type="button"
                aria-pressed={!hidden.has(line.id)}
                title={hidden.has(line.id) ? `Show ${line.label}` : `Hide ${line.label}`}
                onClick={() => onToggle(line.id)}
                className={`flex min-h-6 items-center gap-1.5 hover:text-ink ${
                  hidden.has(line.id) ? "line-through decoration-ink-soft" : ""
                }`}
              >
                {entry}
              </button>
            )}
          </li>
        );
      })}
      {limits.length > 0 && (
        <li className="flex min-h-6 items-center gap-1.5 whitespace-nowrap">
          <LineSample color="var(--bad)" dash="4 3" />
          alert {limits.join(", ")}
        </li>
      )}
    </ul>
  );
}

function LineSample({ color, dash }: { color: string; dash: string | undefined }) {
  return (
    <svg width="18" height="6" aria-hidden="true" className="shrink-0">
      <line x1="0" x2="18" y1="3" y2="3" stroke={color} strokeWidth="2" strokeDasharray={dash} />
    </svg>
  );
}
