"use client";

import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { ChartReadout } from "@/components/charts/chart-readout";
import { CrosshairContext, createCrosshair } from "@/components/charts/crosshair";
import { PLOT } from "@/components/charts/geometry";
import { useHiddenLines } from "@/components/charts/hidden-lines";
import { ChartSkeleton, LateChartDrawing, LateChartTable } from "@/components/charts/late-chart";
import { rowsOf } from "@/components/charts/shape";
import { TimeAxis } from "@/components/charts/time-axis";
import { Card } from "@/components/ui/card";
import { Failed } from "@/components/ui/failed";
import { getJson, PollError } from "@/components/ui/get-json";
import { Time } from "@/components/ui/zone";
import type { MigrationSeries } from "@/lib/data-migrations/series";
import { type ChartPlace, chartPlaces, chartViewOf, isMeasured } from "./chart-views";

const POLL_MS = 60_000;

/**
 * Progress and use over the run, on one time axis. A run that lasts is asked about again; one that is over never changes.
 * @param reportsShare whether there is a chart of progress, so that its place is kept while it loads
 */
export function MigrationCharts({
  tenantId,
  runId,
  lasts,
  reportsShare,
}: {
  tenantId: string;
  runId: string;
  lasts: boolean;
  reportsShare: boolean;
}) {
  const [crosshair] = useState(createCrosshair);
  const query = useQuery({
    queryKey: [tenantId, "migration-series", runId],
    queryFn: async ({ signal }) =>
      (await getJson(`/api/migration/series?run=${runId}`, signal, "migrationSeries")).body,
    staleTime: POLL_MS / 2,
    refetchInterval: lasts ? POLL_MS : false,
  });
  const series = query.data ?? null;
  const failure = query.error instanceof PollError ? query.error : null;
  const places = chartPlaces(series, reportsShare);
  return (
    <CrosshairContext value={crosshair}>
      <Card id="charts" title="The whole run">
        <p className="text-xs text-ink-soft">Gaps: no data.</p>
        <noscript>
          <p className="mt-2 text-sm">Charts need JavaScript. The figures above don’t.</p>
        </noscript>
        {series && failure && (
          <p role="status" className="mt-1 text-xs text-ink-soft">
            Could not be brought up to date: {failure.message} Drawn as of{" "}
            <Time atMs={series.toMs} style="clock-seconds" withZone />.
          </p>
        )}
        <div className="divide-y divide-line">
          {places.map((place) => (
            <Chart
              key={place.id}
              place={place}
              series={series}
              failure={series ? null : failure}
              onRetry={() => void query.refetch()}
            />
          ))}
        </div>
      </Card>
    </CrosshairContext>
  );
}

function Chart({
  place,
  series,
  failure,
  onRetry,
}: {
  place: ChartPlace;
  series: MigrationSeries | null;
  failure: PollError | null;
  onRetry: () => void;
}) {
  const view = useMemo(() => chartViewOf(series, place.id), [series, place.id]);
  const rows = useMemo(() => (view ? rowsOf(view) : []), [view]);
  const [hidden, toggle] = useHiddenLines(view?.lines.map(({ id }) => id) ?? []);
  const empty = useMemo(() => view !== null && !isMeasured(view), [view]);
  return (
    <section aria-label={place.title} data-chart={place.id} className="py-3">
      <div className="flex min-h-6 flex-wrap items-center justify-between gap-x-4">
        <h3 className="text-sm font-medium">{place.title}</h3>
        <div
          className={`basis-full sm:grow sm:basis-auto sm:min-h-6 ${place.id === "progress" ? "min-h-6" : "min-h-24"}`}
        >
          {view && <ChartReadout view={view} rows={rows} hidden={hidden} onToggle={toggle} />}
        </div>
      </div>
      <div className="relative mt-1" style={{ height: PLOT.height }}>
        {!view && failure && <Failed what="The chart" reason={failure.message} onRetry={onRetry} />}
        {!view && !failure && <ChartSkeleton />}
        {view && !empty && <LateChartDrawing title={place.title} view={view} rows={rows} hidden={hidden} />}
        {view && empty && (
          <div className="hatched flex h-full items-center justify-center rounded-lg border border-dashed border-line-strong text-sm text-ink-soft">
            <span className="rounded bg-surface px-3 py-1">Nothing measured in this run</span>
          </div>
        )}
      </div>
      <div className="min-h-5">{series && <TimeAxis fromMs={series.fromMs} toMs={series.toMs} />}</div>
      <div className="min-h-6 text-xs text-ink-soft">
        {view && <LateChartTable title={place.title} rows={rows} view={view} />}
      </div>
    </section>
  );
}
