"use client";

import { useZone } from "@/components/ui/zone";
import { formatValue, NO_VALUE } from "@/lib/wording/format";
import { formatTime } from "@/lib/wording/time";
import { leftOf, strokeOf } from "./geometry";
import type { HiddenLines } from "./hidden-lines";
import { type ChartView, fractionAt, type Row } from "./shape";

/** The values at the crosshair, beside it: on the side that has room. The slider says the same. */
export function CrosshairValues({
  row,
  view,
  hidden,
  eventWords,
}: {
  row: Row;
  view: ChartView;
  hidden: HiddenLines;
  /** What happened there; "" for nothing. */
  eventWords: string;
}) {
  const zone = useZone();
  const fraction = fractionAt(row.atMs, view.fromMs, view.toMs);
  const isLong = view.toMs - view.fromMs > 86_400_000;
  return (
    <div
      aria-hidden="true"
      data-values
      className={`pointer-events-none absolute top-4 z-[1] max-w-[55%] rounded bg-surface px-1.5 py-0.5 text-xs leading-4 text-ink ring-1 ring-line-strong ${
        fraction > 0.5 ? "-ml-2 -translate-x-full" : "ml-2"
      }`}
      style={{ left: leftOf(fraction) }}
    >
      <p className="whitespace-nowrap text-ink-soft">
        {formatTime(row.atMs, zone, isLong ? "day-clock" : "clock-seconds")}
      </p>
      {view.lines.map((line, index) => {
        if (hidden.has(line.id)) return null;
        const { color, dash } = strokeOf(index);
        const value = row.values[index] ?? null;
        return (
          <p key={line.id} className="flex items-center gap-1.5 whitespace-nowrap">
            <svg width="14" height="6" className="shrink-0" aria-hidden="true">
              <line x1="0" x2="14" y1="3" y2="3" stroke={color} strokeWidth="2" strokeDasharray={dash} />
            </svg>
            {view.lines.length > 1 && <span className="truncate text-ink-soft">{line.label}</span>}
            <span className="ml-auto font-medium">
              {value === null ? NO_VALUE : formatValue(value, view.unit)}
            </span>
          </p>
        );
      })}
      {eventWords && (
        <p data-pointed-words className="line-clamp-3 border-t border-line pt-0.5">
          {eventWords}
        </p>
      )}
    </div>
  );
}
