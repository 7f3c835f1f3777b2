"use client";

import { asLastKnown, staleReason } from "@/components/ui/freshness";
import { useNow } from "@/components/ui/now";
import { PageLink } from "@/components/ui/page-link";
import { StatusPill } from "@/components/ui/status";
import { tableLook } from "@/components/ui/table";
import { Time } from "@/components/ui/zone";
import type { SignalView } from "@/lib/evaluation/view";
import type { PackedHealth } from "@/lib/views/health/pack";
import type { HealthView } from "@/lib/views/health/view";
import { formatDuration, formatHold, formatThreshold, NO_VALUE } from "@/lib/wording/format";
import { AsOf } from "./as-of";
import { bigValue, noteWords, sampledAtMs } from "./signal-words";
import { useHealth } from "./use-health";

const COLUMNS = ["Measured", "Value", "Alerts", "Recovery period", "State"] as const;

/** Where one signal stands now, line by line, kept current like the health page. */
export function LiveSignal({
  initial,
  renderedAtMs,
  signalId,
}: {
  initial: PackedHealth;
  renderedAtMs: number;
  signalId: SignalView["id"];
}) {
  const { received, failure } = useHealth(initial, renderedAtMs);
  const now = useNow();
  const reason = staleReason(received, now, failure?.message ?? null);
  const view = reason === null ? received.view : asLastKnown(received.view, reason);
  const signal = view.signals.find(({ id }) => id === signalId);
  if (!signal) return null;
  return (
    <section
      aria-label="Now"
      className="rounded-2xl border border-line bg-surface p-4 shadow-card sm:p-5"
      data-signal={signal.id}
      data-status={signal.status}
    >
      <div className="flex flex-wrap items-start justify-between gap-3">
        <div role="status" aria-live="polite" className="flex min-h-6 flex-wrap items-center gap-x-3 gap-y-1">
          <StatusPill status={signal.status} />
          {reason && <span className="text-sm text-ink-soft">{reason}</span>}
        </div>
        <AsOf received={received} />
      </div>
      <div className="mt-3 overflow-x-auto">
        <table className="w-full min-w-96 text-sm">
          <thead className="text-left text-xs text-ink-soft">
            <tr>
              {COLUMNS.map((column) => (
                <th key={column} scope="col" className="py-1 pr-4 font-normal last:pr-0">
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {signal.lines.map((line) => (
              <LineRow key={line.id} signal={signal} line={line} view={view} isStale={reason !== null} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

/** A line's value, when it alerts, and its state. */
function LineRow({
  signal,
  line,
  view,
  isStale,
}: {
  signal: SignalView;
  line: SignalView["lines"][number];
  view: HealthView;
  isStale: boolean;
}) {
  const value = bigValue(line.reading, signal.unit);
  const note = noteWords(line, view.asOfMs);
  const sampled = sampledAtMs(line.reading);
  const forecast = view.forecasts?.find((each) => each.signal === signal.id && each.line === line.id);
  return (
    <tr className={tableLook.row}>
      <th scope="row" className="py-2 pr-4 text-left font-medium">
        {line.label}
      </th>
      <td className="py-2 pr-4">
        <span className={value.faded || isStale ? "text-ink-soft" : "font-semibold"}>{value.text}</span>
        {forecast && !value.faded && (
          <span className="block max-w-72 text-xs text-ink-soft">{forecast.sentence}</span>
        )}
        {value.faded && sampled !== null && (
          <span className="block text-xs text-ink-soft">
            at <Time atMs={sampled} style="clock-seconds" withZone />
          </span>
        )}
      </td>
      <td className="py-2 pr-4">
        {line.threshold.enabled
          ? `${formatThreshold(line.threshold, signal.worse, signal.unit)} ${formatHold(line.threshold.forSeconds)}`
          : "switched off"}
        <PageLink
          href={`/thresholds?line=${signal.id}/${line.id}`}
          className="link ml-2 inline-flex min-h-6 items-center text-xs"
        >
          Change<span className="sr-only"> the threshold of {line.label}</span>
        </PageLink>
      </td>
      <td className="py-2 pr-4">
        {line.threshold.enabled ? formatDuration(line.threshold.recoverForSeconds * 1000) : NO_VALUE}
      </td>
      <td className="py-2">
        <StatusPill status={line.status} />
        {note && <span className="mt-0.5 block text-xs text-ink-soft">{note}</span>}
      </td>
    </tr>
  );
}
