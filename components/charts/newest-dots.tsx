import type { ChartScale } from "@/lib/views/series/chart-scale";
import { leftOf, strokeOf, topOf } from "./geometry";
import type { HiddenLines } from "./hidden-lines";
import { type ChartView, fractionAt, type Row } from "./shape";

/** The values that cards and legend show, each a dot at the end of its line. Over the lines, so that a new one redraws none of them. */
export function NewestDots({
  row,
  view,
  hidden,
  scale,
}: {
  row: Row;
  view: ChartView;
  hidden: HiddenLines;
  scale: ChartScale;
}) {
  return (
    <div aria-hidden="true" className="pointer-events-none absolute inset-0">
      {view.lines.map(({ id }, index) => {
        const value = row.values[index] ?? null;
        if (value === null || hidden.has(id)) return null;
        return (
          <span
            key={id}
            data-newest={id}
            className="absolute size-1.5 -translate-x-1/2 -translate-y-1/2 rounded-full"
            style={{
              left: leftOf(fractionAt(row.atMs, view.fromMs, view.toMs)),
              top: topOf(scale.heightOf(value)),
              background: strokeOf(index).color,
            }}
          />
        );
      })}
    </div>
  );
}
