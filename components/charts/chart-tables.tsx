import { Card } from "@/components/ui/card";
import { RANGE_IDS, type RangeId } from "@/lib/evaluation/ranges";
import type { SeriesView } from "@/lib/views/series/view";
import type { ChartedSignal } from "./chart-panel";
import { rangeWords } from "./range-words";
import { SeriesTable } from "./series-table";

/** The tables that stand in place of a stack of charts, with the ranges as plain links. */
export function ChartTables({
  title,
  signals,
  range,
  tables,
}: {
  title: string;
  signals: ChartedSignal[];
  range: RangeId;
  /** By signal. */
  tables: Record<string, { view: SeriesView | null; failure: string | null }>;
}) {
  return (
    <Card
      id="charts"
      title={title}
      aside={
        <a href={`?range=${range}`} className="link text-sm">
          Show charts
        </a>
      }
    >
      <nav aria-label="Range of the tables" className="flex flex-wrap gap-x-4 text-sm">
        {RANGE_IDS.map((id) => (
          <a
            key={id}
            href={`?range=${id}&tables=1`}
            aria-current={id === range ? "true" : undefined}
            className={`inline-flex min-h-6 items-center ${id === range ? "font-semibold" : "link"}`}
          >
            {rangeWords(id)}
          </a>
        ))}
      </nav>
      <div className="divide-y divide-line">
        {signals.map(({ id, title: name }) => (
          <SeriesTable
            key={id}
            title={`${name}, last ${rangeWords(range)}`}
            view={tables[id]?.view ?? null}
            failure={tables[id]?.failure ?? null}
          />
        ))}
      </div>
    </Card>
  );
}
