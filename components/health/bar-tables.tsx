import { rangeWords } from "@/components/charts/range-words";
import { Card } from "@/components/ui/card";
import { totalOf } from "@/lib/attribution/downtime";
import type { TabledBars } from "@/lib/views/series/read-tables";
import { formatValue, NO_VALUE } from "@/lib/wording/format";
import { drawBars } from "./bar-shape";
import { BarFigures } from "./bar-table";
import { downtimeInWords } from "./downtime-words";

/** The tables that stand in place of the bars of availability, for readers without JavaScript. */
export function BarTables({ tables }: { tables: readonly TabledBars[] }) {
  return (
    <Card id="availability" title="Availability">
      <div className="divide-y divide-line">
        {tables.map(({ range, view, failure }) => {
          const bars = view?.bars ?? null;
          return (
            <section
              key={range}
              aria-label={`Last ${rangeWords(range)}`}
              data-table={range}
              className="py-3 text-sm"
            >
              <h3 className="font-medium">
                {rangeWords(range)}: {bars?.share == null ? NO_VALUE : formatValue(bars.share, "share")}
                {bars && bars.knownShare < 1 && `, ${formatValue(1 - bars.knownShare, "share")} unknown`}
              </h3>
              {failure && <p>Could not be brought up to date: {failure}</p>}
              {bars?.downtime && <p>{downtimeInWords(totalOf(bars.downtime), bars.knownShare)}</p>}
              {bars && bars.bars.length > 0 && (
                <BarFigures
                  range={range}
                  bars={drawBars(bars.bars, view?.lines[0]?.threshold?.value ?? null)}
                  downtime={bars.downtime}
                />
              )}
            </section>
          );
        })}
      </div>
    </Card>
  );
}
