"use client";

import { useMemo, useState } from "react";
import { Card } from "@/components/ui/card";
import { useKnownHealth } from "@/components/ui/known-health";
import type { RangeId } from "@/lib/evaluation/ranges";
import { ChartNotes } from "./chart-notes";
import { type ChartedSignal, ChartPanel } from "./chart-panel";
import { CrosshairContext, createCrosshair } from "./crosshair";
import { EventLegend } from "./event-glyph";
import { RangeTabs, UnknownRange, useRange } from "./range-tabs";
import { TablesInstead } from "./tables-instead";
import { useSeries } from "./use-series";

/**
 * Charts below each other over the same time, with one crosshair and one range for all of them.
 * @param renderedAtMs the server's clock, for the axes until the first answer is there
 */
export function ChartStack({
  title,
  tenantId,
  signals,
  renderedAtMs,
  linked = true,
}: {
  title: string;
  tenantId: string;
  signals: ChartedSignal[];
  renderedAtMs: number;
  linked?: boolean;
}) {
  const range = useRange();
  const [crosshair] = useState(createCrosshair);
  return (
    <CrosshairContext value={crosshair}>
      <Card id="charts" title={title} aside={<RangeTabs range={range} />}>
        <p className="flex flex-wrap items-center gap-x-4 gap-y-1 text-xs text-ink-soft">
          <EventLegend />
          <span>Gaps: no data.</span>
          <ChartNotes signals={signals.map(({ id }) => id)} />
        </p>
        <UnknownRange range={range} />
        <TablesInstead />
        <div className="divide-y divide-line">
          {signals.map((signal, index) => (
            <SignalChart
              key={signal.id}
              tenantId={tenantId}
              signal={signal}
              range={range}
              renderedAtMs={renderedAtMs}
              linked={linked}
              announces={index === 0}
            />
          ))}
        </div>
      </Card>
    </CrosshairContext>
  );
}

function SignalChart({
  tenantId,
  signal,
  range,
  renderedAtMs,
  linked,
  announces,
}: {
  tenantId: string;
  signal: ChartedSignal;
  range: RangeId;
  renderedAtMs: number;
  linked: boolean;
  announces: boolean;
}) {
  const health = useKnownHealth(tenantId);
  const shown = useMemo(() => {
    const own = health?.signals.find(({ id }) => id === signal.id);
    return health && own ? { asOfMs: health.asOfMs, signal: own } : null;
  }, [health, signal.id]);
  return (
    <ChartPanel
      signal={signal}
      series={useSeries(tenantId, signal.id, range)}
      shown={shown}
      range={range}
      renderedAtMs={renderedAtMs}
      linked={linked}
      announces={announces}
    />
  );
}
