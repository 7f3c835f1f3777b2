"use client";

import { formatThreshold, formatValue, NO_VALUE } from "@/lib/wording/format";
import { useCrosshair } from "./crosshair";
import { strokeOf } from "./geometry";
import { type ChartView, nearestRow, type Row } from "./shape";

/** The legend, with each line's value at the crosshair, or its newest. In one place, so that nothing covers the lines. */
export function ChartReadout({ view, rows }: { view: ChartView; rows: Row[] }) {
  const [atMs] = useCrosshair();
  const row = atMs === null ? rows.at(-1) : nearestRow(rows, atMs);
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
        const { color, dash } = strokeOf(index);
        const value = row?.values[index] ?? null;
        return (
          <li key={line.id} className="flex items-center gap-1.5 whitespace-nowrap">
            <svg width="18" height="6" aria-hidden="true">
              <line x1="0" x2="18" y1="3" y2="3" stroke={color} strokeWidth="2" strokeDasharray={dash} />
            </svg>
            {line.label}
            <span className="min-w-12 text-right font-medium text-ink">
              {value === null ? NO_VALUE : formatValue(value, view.unit)}
            </span>
          </li>
        );
      })}
      {limits.length > 0 && (
        <li className="flex items-center gap-1.5 whitespace-nowrap">
          <svg width="18" height="6" aria-hidden="true">
            <line x1="0" x2="18" y1="3" y2="3" stroke="var(--bad)" strokeWidth="1.5" strokeDasharray="4 3" />
          </svg>
          alert {limits.join(", ")}
        </li>
      )}
    </ul>
  );
}
