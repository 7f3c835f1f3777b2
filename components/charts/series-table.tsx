import { ScrollBox } from "@/components/ui/scroll-box";
import { tableLook } from "@/components/ui/table";
import { Time } from "@/components/ui/zone";
import { coarseRowsOf } from "@/lib/views/series/coarse";
import type { SeriesView } from "@/lib/views/series/view";
import { consecutiveRunsOf, runWords } from "@/lib/wording/event-words";
import { formatDuration, formatThreshold, formatValue, NO_VALUE } from "@/lib/wording/format";

/** As many as can be read through; each has the worst of its time. */
const ROWS = 24;

/** A series as a table, for readers without JavaScript: the server makes it, a chart is drawn by the browser. */
export function SeriesTable({
  title,
  view,
  failure,
}: {
  title: string;
  view: SeriesView | null;
  /** Why the newest could not be had; a view beside it is an older one. */
  failure: string | null;
}) {
  const rows = view ? coarseRowsOf(view, ROWS) : [];
  const [first] = rows;
  return (
    <section aria-label={title} data-table={view?.signal} className="py-3">
      <h3 className="text-sm font-medium">{title}</h3>
      {failure && <p className="text-sm">Could not be brought up to date: {failure}</p>}
      {view && first && (
        <>
          <p className="text-xs text-ink-soft">
            The worst of each {formatDuration(first.toMs - first.fromMs)}, newest first
            {thresholdsOf(view)}.
          </p>
          <ScrollBox label={`${title}, as table`}>
            <table className={tableLook.table}>
              <thead className={tableLook.head}>
                <tr>
                  <th scope="col" className={`${tableLook.headCell} text-left`}>
                    Until
                  </th>
                  {view.lines.map(({ id, label }) => (
                    <th key={id} scope="col" className={tableLook.headCell}>
                      {label}
                    </th>
                  ))}
                  <th scope="col" className={`${tableLook.headCell} text-left`}>
                    Event
                  </th>
                </tr>
              </thead>
              <tbody>
                {rows.map(({ toMs, worst, events }) => (
                  <tr key={toMs} className={tableLook.row}>
                    <th scope="row" className={tableLook.first}>
                      <Time atMs={toMs} style="day-clock" withZone />
                    </th>
                    {view.lines.map(({ id }, index) => (
                      <td key={id} className={tableLook.cell}>
                        {valueWords(worst[index] ?? null, view)}
                      </td>
                    ))}
                    <td className={events.length > 0 ? tableLook.words : undefined}>
                      {consecutiveRunsOf(events).map(runWords).join("; ")}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </ScrollBox>
        </>
      )}
    </section>
  );
}

const valueWords = (value: number | null, { unit }: SeriesView) =>
  value === null ? (
    <span className="text-ink-soft">
      {NO_VALUE}
      <span className="sr-only"> nothing known</span>
    </span>
  ) : (
    formatValue(value, unit)
  );

function thresholdsOf({ lines, worse, unit }: SeriesView): string {
  const alerts = lines.flatMap(({ label, threshold }) =>
    threshold ? [`${label} ${formatThreshold(threshold, worse, unit)}`] : [],
  );
  return alerts.length > 0 ? `; alert: ${alerts.join(", ")}` : "";
}
