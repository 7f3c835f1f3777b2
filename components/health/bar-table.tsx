"use client";

import type { ComponentProps } from "react";
import { rangeWords } from "@/components/charts/range-words";
import { ScrollBox } from "@/components/ui/scroll-box";
import { tableLook } from "@/components/ui/table";
import { Time } from "@/components/ui/zone";
import type { Downtime } from "@/lib/attribution/downtime";
import type { RangeId } from "@/lib/evaluation/ranges";
import { formatDuration } from "@/lib/wording/format";
import { barRowsOf } from "./bar-rows";
import type { DrawnBar } from "./bar-shape";

/** The figures behind the bars of a range, newest first. */
export function BarTable({
  range,
  bars,
  downtime,
}: {
  range: RangeId;
  bars: DrawnBar[];
  downtime: readonly Downtime[] | null;
}) {
  const first = bars[0];
  return (
    <details className="w-full">
      <summary className="inline-flex min-h-6 list-none items-center underline decoration-line-strong underline-offset-4 hover:text-ink">
        Show as table
        <span className="sr-only">: availability, last {rangeWords(range)}</span>
        {first && <span className="sr-only">, {formatDuration(first.toMs - first.fromMs)} a row</span>}
      </summary>
      <BarFigures range={range} bars={bars} downtime={downtime} />
    </details>
  );
}

/** The table itself, in a box that scrolls. */
export function BarFigures({ range, bars, downtime }: ComponentProps<typeof BarTable>) {
  return (
    <ScrollBox label={`Availability, last ${rangeWords(range)}, as table`}>
      <table className={tableLook.table}>
        <thead className={tableLook.head}>
          <tr>
            <th scope="col" className={`${tableLook.headCell} text-left`}>
              From
            </th>
            <th scope="col" className={tableLook.headCell}>
              Available
            </th>
            <th scope="col" className={tableLook.headCell}>
              Known
            </th>
            <th scope="col" className={`${tableLook.headCell} text-left`}>
              Downtime
            </th>
          </tr>
        </thead>
        <tbody>
          {barRowsOf(bars, downtime).map((row) => (
            <tr key={row.fromMs} className={tableLook.row}>
              <th scope="row" className={tableLook.first}>
                <Time atMs={row.fromMs} style="day-clock" withZone />
              </th>
              <td className={tableLook.cell}>{row.available}</td>
              <td className={tableLook.cell}>{row.known}</td>
              <td className={`${tableLook.cell} text-left`}>{row.downtime}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollBox>
  );
}
