"use client";

import type { Received } from "@/components/ui/freshness";
import { OVERALL_STATUS, StatusIcon } from "@/components/ui/status";
import type { HealthView } from "@/lib/views/health/view";
import { AsOf } from "./as-of";

const EDGE = {
  ok: "border-l-ok",
  pending: "border-l-warn",
  firing: "border-l-bad",
  recovering: "border-l-warn",
  "no-traffic": "border-l-mute",
  "no-data": "border-l-warn border-dashed",
  unknown: "border-l-line-strong border-dashed",
  off: "border-l-line-strong",
} as const;

/**
 * The answer to the one question, in words first. The headline and sentence are a live region: a change is said once. The
 * age ticks outside of it, or a screen reader would talk every second.
 */
export function OverallPanel({
  view,
  received,
  onRetry,
}: {
  view: HealthView;
  received: Received;
  onRetry: (() => void) | null;
}) {
  const status = OVERALL_STATUS[view.overall.state];
  return (
    <div
      data-overall={view.overall.state}
      className={`rounded-2xl border border-l-4 border-line bg-surface p-4 shadow-card sm:p-5 ${EDGE[status]}`}
    >
      <div className="flex flex-col gap-x-8 gap-y-3 sm:flex-row sm:items-start sm:justify-between">
        <div role="status" aria-live="polite" aria-atomic="true" className="min-w-0">
          <h1 className="flex items-center gap-2.5 text-2xl font-semibold leading-tight tracking-tight">
            <StatusIcon status={status} size={26} />
            {view.overall.headline}
          </h1>
          <p className="mt-1.5 max-w-prose text-pretty text-ink-soft">{view.overall.sentence}</p>
        </div>
        <AsOf received={received} onRetry={onRetry} />
      </div>
    </div>
  );
}
