"use client";

import { lazy, Suspense } from "react";
import { rangeWords } from "@/components/charts/range-words";
import { useSeries } from "@/components/charts/use-series";
import { Card } from "@/components/ui/card";
import { Failed } from "@/components/ui/failed";
import { Time } from "@/components/ui/zone";
import { type Downtime, totalOf } from "@/lib/attribution/downtime";
import type { RangeId } from "@/lib/evaluation/ranges";
import type { SeriesView } from "@/lib/views/series/view";
import { formatValue, NO_VALUE } from "@/lib/wording/format";
import { BAR_FLOOR, barWords, type DrawnBar, drawBars } from "./bar-shape";
import { downtimeInWords } from "./downtime-words";

// Like the charts it comes after the page: the server has no bars to make a table of.
const BarTable = lazy(() => import("./bar-table").then((module) => ({ default: module.BarTable })));

const RANGES_SHOWN: RangeId[] = ["24h", "7d", "30d"];

/** The bars end at a slot of five minutes. */
const BARS_STEP_MS = 300_000;

const DRAWN = {
  up: "bg-accent/70",
  // A notch in the background colour cuts the bar, so that it differs from a short good one without colour.
  down: "bg-bad border-t-2 border-dashed border-surface",
  unknown: "hatched border border-dashed border-line-strong text-mute",
} as const;

const GROUND = { up: "bg-accent-soft", down: "bg-bad-soft", unknown: "" } as const;

/** Availability over a day, a week and a month, with the formula that the figures come from. */
export function AvailabilityBarsChart({ tenantId }: { tenantId: string }) {
  return (
    <Card id="availability" title="Availability">
      <div className="grid grid-cols-1 gap-x-8 gap-y-4 lg:grid-cols-3">
        {RANGES_SHOWN.map((range) => (
          <BarRow key={range} tenantId={tenantId} range={range} />
        ))}
      </div>
      <p className="mt-4 text-xs leading-5 text-ink-soft">
        Availability = successful probes ÷ probes that arrived. Time without probes is unknown: it counts
        neither as up nor as down, and its share is shown. Nothing else is excluded. Bars begin at{" "}
        {formatValue(BAR_FLOOR, "share")}; a hatched bar is unknown, a red one with a broken edge is below the
        threshold.
      </p>
      <p className="mt-2 text-xs leading-5 text-ink-soft">
        Downtime = known time × (1 − availability). The verdict of the availability alert at that time says
        whether it is yours or the platform&apos;s. Without an alert, or with a verdict of both or unclear,
        its side is unknown. Where a bar&apos;s alerts last longer than its downtime, it is split in
        proportion to them.
      </p>
    </Card>
  );
}

function BarRow({ tenantId, range }: { tenantId: string; range: RangeId }) {
  const { view, failure, retry } = useSeries(tenantId, "availability", range, BARS_STEP_MS);
  const bars = view?.bars ?? null;
  const part = view?.failed.find((failed) => failed.part === "bars");
  const threshold = view?.lines[0]?.threshold?.value ?? null;
  return (
    <div data-bars={range}>
      <div className="flex min-h-6 items-baseline justify-between gap-3 text-sm">
        <h3 className="whitespace-nowrap">{rangeWords(range)}</h3>
        {bars && <Figures bars={bars} />}
      </div>
      <div
        className={`mt-1 ${failure || part ? "min-h-10" : "h-10"} ${(failure && view) || (part && bars) ? "opacity-50" : ""}`}
      >
        {!view && failure && <Failed row what="This" reason={failure.message} onRetry={retry} />}
        {part && !bars && <Failed row what="This" reason={part.message} onRetry={retry} />}
        {!view && !failure && <div className="skeleton h-full" />}
        {bars && bars.bars.length > 0 && <BarDrawing bars={drawBars(bars.bars, threshold)} />}
        {view && !part && (!bars || bars.bars.length === 0) && (
          <p className="hatched flex h-full items-center justify-center rounded text-sm text-ink-soft">
            Nothing is known of this time
          </p>
        )}
      </div>
      {/* Room for the downtime and the table's switch from the beginning: they come with the bars. */}
      <div className="flex min-h-14 max-[23rem]:min-h-18 flex-wrap content-start items-center gap-x-4 text-xs text-ink-soft">
        {bars?.downtime && <DowntimeWords downtime={totalOf(bars.downtime)} knownShare={bars.knownShare} />}
        {bars && bars.bars.length > 0 && (
          <Suspense fallback={<div className="min-h-6 w-full" />}>
            <BarTable range={range} bars={drawBars(bars.bars, threshold)} downtime={bars.downtime} />
          </Suspense>
        )}
        {bars && bars.bars.length > 0 && !failure && !part && (
          <span>
            until <Time atMs={endOf(view)} style="clock" withZone />
          </span>
        )}
        {view && (failure || (part && bars)) && (
          <span>
            As of <Time atMs={endOf(view)} style="clock" withZone />: {failure?.message ?? part?.message}
          </span>
        )}
      </div>
    </div>
  );
}

/** Where the bars end, which is later than the last point of the range's chart. */
const endOf = (view: SeriesView | null): number => view?.bars?.bars.at(-1)?.toMs ?? view?.toMs ?? 0;

function Figures({ bars }: { bars: NonNullable<SeriesView["bars"]> }) {
  return (
    <p className="text-right">
      <span className="font-semibold">
        {bars.share === null ? NO_VALUE : formatValue(bars.share, "share")}
      </span>
      {bars.knownShare < 1 && (
        <span className="text-ink-soft"> · {formatValue(1 - bars.knownShare, "share")} unknown</span>
      )}
    </p>
  );
}

/** "down 12 min: 10 min the platform's, 2 min unknown"; nothing where there was no downtime. */
function DowntimeWords({ downtime, knownShare }: { downtime: Downtime; knownShare: number }) {
  return <p data-downtime>{downtimeInWords(downtime, knownShare)}</p>;
}

function BarDrawing({ bars }: { bars: DrawnBar[] }) {
  return (
    <div role="img" aria-label={barWords(bars)} className="flex h-full items-end gap-px sm:gap-0.5">
      {bars.map((bar) => (
        // What is missing of a bar has a ground of its own: a low bar alone would be a small mark for a large outage.
        <span
          key={bar.fromMs}
          className={`flex h-full min-w-0 flex-1 items-end rounded-[2px] ${GROUND[bar.kind]}`}
        >
          <span
            data-bar={bar.kind}
            className={`w-full rounded-[2px] ${DRAWN[bar.kind]}`}
            style={{ height: `${(bar.height * 100).toFixed(1)}%` }}
          />
        </span>
      ))}
    </div>
  );
}
