"use client";

import { useState } from "react";
import { ScrollBox } from "@/components/ui/scroll-box";
import { tableLook } from "@/components/ui/table";
import { useZone } from "@/components/ui/zone";
import { NO_VALUE } from "@/lib/wording/format";
import { formatTime, zoneName } from "@/lib/wording/time";
import type { ChartView, Row } from "./shape";
import { rowTimeStyle, tableRowsOf } from "./table-rows";

type Figures = {
  title: string;
  rows: Row[];
  view: Pick<ChartView, "lines" | "unit" | "fromMs" | "stepSeconds" | "events">;
};

/** The chart's figures, newest first. The rows are made when they are asked for: five charts would be 1,500 of them. */
export function ChartTable({ title, rows, view }: Figures) {
  const [open, setOpen] = useState(false);
  return (
    <details
      onToggle={(event) => setOpen(event.currentTarget.open)}
      // Beside the words of its row it may shrink, so that a wide table scrolls in its box and not the page.
      className="min-w-0 max-w-full text-sm"
    >
      <summary className="inline-flex min-h-6 list-none items-center text-xs text-ink-soft underline decoration-line-strong underline-offset-4 hover:text-ink">
        {open ? "Hide the table" : "Show as table"}
        <span className="sr-only">: {title}</span>
      </summary>
      {open && <ChartFigures title={title} rows={rows} view={view} />}
    </details>
  );
}

/** The table itself, in a box that scrolls. */
export function ChartFigures({ title, rows, view }: Figures) {
  const zone = useZone();
  return (
    <ScrollBox label={`${title}, as table`}>
      <table className={tableLook.table}>
        <thead className={tableLook.head}>
          <tr>
            <th scope="col" className={`${tableLook.headCell} text-left`}>
              Time, {zoneName(rows.at(-1)?.atMs ?? 0, zone)}
            </th>
            {view.lines.map((line) => (
              <th key={line.id} scope="col" className={tableLook.headCell}>
                {line.label}
              </th>
            ))}
            <th scope="col" className={`${tableLook.headCell} text-left`}>
              Event
            </th>
          </tr>
        </thead>
        <tbody>
          {tableRowsOf(view, rows).map(({ atMs, values, events }) => (
            <tr key={atMs} className={tableLook.row}>
              <th scope="row" className={tableLook.first}>
                {formatTime(atMs, zone, rowTimeStyle(atMs, view))}
              </th>
              {values.map((value, index) => (
                <td key={view.lines[index]?.id} className={tableLook.cell}>
                  {value ?? (
                    <span className="text-ink-soft">
                      {NO_VALUE}
                      <span className="sr-only"> nothing known</span>
                    </span>
                  )}
                </td>
              ))}
              <td className={events ? tableLook.words : undefined}>{events}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollBox>
  );
}
