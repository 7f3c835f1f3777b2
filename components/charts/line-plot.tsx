"use client";

import { type Key, memo } from "react";
import { CartesianGrid, Line, LineChart, ReferenceLine, XAxis, YAxis } from "recharts";
import type { ChartScale } from "@/lib/views/series/chart-scale";
import type { SeriesView } from "@/lib/views/series/view";
import { formatTick, type ShownUnit } from "@/lib/wording/format";
import { PLOT, strokeOf } from "./geometry";
import type { HiddenLines } from "./hidden-lines";
import { isLone, type Row } from "./shape";

type Dot = { key?: Key | null; cx?: number; cy?: number; index?: number };

/** Dots for lone values only: every other value has a stroke. */
function dotsOf(rows: Row[], line: number, color: string) {
  return ({ key, cx, cy, index = -1 }: Dot) =>
    isLone(rows, index, line) ? <circle key={key} cx={cx} cy={cy} r={1.75} fill={color} /> : <g key={key} />;
}

/** What is drawn of a line at an instant. The library knows heights alone, so that a stretched scale is as good as a straight one. */
function heightAt(row: Row, line: number, scale: ChartScale): number | null {
  const value = row.values[line] ?? null;
  return value === null ? null : scale.heightOf(value);
}

/**
 * The lines themselves: the only file that loads the chart library. It knows nothing of the pointer, so that it is drawn
 * once per answer; crosshair, markers and words lie over it.
 */
export const LinePlot = memo(function LinePlot({
  widthPx,
  rows,
  lines,
  hidden,
  scale,
  unit,
  stepped,
  fromMs,
  toMs,
  timeTicks,
}: {
  widthPx: number;
  rows: Row[];
  lines: SeriesView["lines"];
  hidden: HiddenLines;
  scale: ChartScale;
  unit: ShownUnit;
  /** Counts jump; they don't slope. */
  stepped: boolean;
  fromMs: number;
  toMs: number;
  timeTicks: number[];
}) {
  const thresholds = new Set(
    lines.flatMap(({ id, threshold }) => (threshold && !hidden.has(id) ? [threshold.value] : [])),
  );
  const tickHeights = scale.ticks.map(scale.heightOf);
  return (
    <LineChart
      width={widthPx}
      height={PLOT.height}
      data={rows}
      margin={{ top: PLOT.top, right: PLOT.right, bottom: PLOT.bottom, left: 0 }}
      accessibilityLayer={false}
    >
      <CartesianGrid stroke="var(--line)" strokeWidth={1} />
      <XAxis
        dataKey="atMs"
        type="number"
        domain={[fromMs, toMs]}
        ticks={timeTicks}
        tick={false}
        tickLine={false}
        axisLine={{ stroke: "var(--line-strong)" }}
        height={1}
        allowDataOverflow
      />
      <YAxis
        width={PLOT.left}
        domain={[0, 1]}
        ticks={tickHeights}
        interval={0}
        tickFormatter={(height: number) =>
          formatTick(scale.ticks[tickHeights.indexOf(height)] ?? Number.NaN, unit)
        }
        tick={{ fill: "var(--ink-soft)", fontSize: 11 }}
        tickLine={false}
        axisLine={false}
        allowDataOverflow
      />
      {[...thresholds].map((value) => (
        <ReferenceLine
          key={value}
          y={scale.heightOf(value)}
          stroke="var(--bad)"
          strokeDasharray="4 3"
          strokeWidth={1.25}
        />
      ))}
      {lines.map((line, index) => {
        const { color, width, dash } = strokeOf(index);
        if (hidden.has(line.id)) return null;
        return (
          <Line
            key={line.id}
            dataKey={(row: Row) => heightAt(row, index, scale)}
            type={stepped ? "stepAfter" : "linear"}
            stroke={color}
            strokeWidth={width}
            strokeDasharray={dash}
            strokeLinejoin="round"
            connectNulls={false}
            isAnimationActive={false}
            activeDot={false}
            dot={rows.some((_, at) => isLone(rows, at, index)) && dotsOf(rows, index, color)}
          />
        );
      })}
    </LineChart>
  );
});
