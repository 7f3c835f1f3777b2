"use client";

import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { MailGlyph } from "@/components/charts/bands";
import { ChartNotes } from "@/components/charts/chart-notes";
import { ChartReadout } from "@/components/charts/chart-readout";
import { CrosshairContext, createCrosshair } from "@/components/charts/crosshair";
import { EventLegend } from "@/components/charts/event-glyph";
import { PLOT } from "@/components/charts/geometry";
import { useHiddenLines } from "@/components/charts/hidden-lines";
import { ChartSkeleton, LateChartDrawing, LateChartTable } from "@/components/charts/late-chart";
import { isEmptyChart, rowsOf } from "@/components/charts/shape";
import { TablesInstead } from "@/components/charts/tables-instead";
import { TimeAxis } from "@/components/charts/time-axis";
import { Failed } from "@/components/ui/failed";
import { getJson, PollError } from "@/components/ui/get-json";
import type { AlertView } from "@/lib/alerts/view";
import { alertBandsOf } from "./alert-bands";
import { MAIL_KIND_WORDS } from "./mail-words";

const LASTING_POLL_MS = 30_000;

/** One alert on one time axis: the line, the threshold of then, its states, what changed around it, and its mails. */
export function AlertChart({ tenantId, alert }: { tenantId: string; alert: AlertView }) {
  const [crosshair] = useState(createCrosshair);
  const query = useQuery({
    queryKey: [tenantId, "alert", alert.id],
    queryFn: async ({ signal }) => (await getJson(`/api/alerts/${alert.id}/series`, signal, "series")).body,
    staleTime: LASTING_POLL_MS,
    refetchInterval: alert.ended ? false : LASTING_POLL_MS,
  });
  const view = query.data ?? null;
  const rows = useMemo(() => (view ? rowsOf(view) : []), [view]);
  const [hidden, toggle] = useHiddenLines(view?.lines.map(({ id }) => id) ?? []);
  const failure = query.error instanceof PollError ? query.error : null;
  const bands = view ? alertBandsOf(alert, view.toMs) : [];
  const notes = alert.mails.map((mail) => ({
    atMs: mail.acceptedAtMs ?? mail.createdAtMs,
    words: MAIL_KIND_WORDS[mail.kind],
  }));
  return (
    <CrosshairContext value={crosshair}>
      <p className="flex flex-wrap items-center gap-x-4 gap-y-1 text-xs text-ink-soft">
        <Swatch look="border-dashed border-warn bg-warn/15">pending</Swatch>
        <Swatch look="border-bad bg-bad/15">alert</Swatch>
        <Swatch look="border-dotted border-warn bg-warn/15">recovering</Swatch>
        <EventLegend />
        <span className="flex items-center gap-1.5">
          <MailGlyph /> mail
        </span>
        <ChartNotes signals={[alert.signal]} />
      </p>
      <TablesInstead />
      <div className="mt-2 min-h-6">
        {view && <ChartReadout view={view} rows={rows} hidden={hidden} onToggle={toggle} />}
      </div>
      <div className="relative mt-1" style={{ height: PLOT.height }} data-chart={alert.signal}>
        {!view && failure && (
          <Failed what="The chart" reason={failure.message} onRetry={() => void query.refetch()} />
        )}
        {!view && !failure && <ChartSkeleton />}
        {view && isEmptyChart(rows) && (
          <div className="flex h-full items-center justify-center rounded-lg border border-dashed border-line-strong text-sm text-ink-soft">
            Nothing measured is left of that time.
          </div>
        )}
        {view && !isEmptyChart(rows) && (
          <LateChartDrawing
            title={alert.title}
            view={view}
            rows={rows}
            hidden={hidden}
            bands={bands}
            notes={notes}
          />
        )}
      </div>
      {view && <TimeAxis fromMs={view.fromMs} toMs={view.toMs} />}
      {view && <LateChartTable title={alert.title} rows={rows} view={view} />}
    </CrosshairContext>
  );
}

function Swatch({ look, children }: { look: string; children: string }) {
  return (
    <span className="flex items-center gap-1.5">
      <span aria-hidden="true" className={`inline-block h-3 w-4 border-t-2 ${look}`} />
      {children}
    </span>
  );
}
