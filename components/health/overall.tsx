"use client";

import type { ReactNode } from "react";
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
  "no-limit": "border-l-line-strong",
  "scaled-to-zero": "border-l-line-strong",
  off: "border-l-line-strong",
} as const;

/**
 * The answer to the one question, in words first. The headline alone is a live region: it has states and names, and no values, so
 * that a screen reader says each change once and nothing in between.
 */
export function OverallPanel({
  view,
  received,
  onRetry,
  children,
}: {
  view: HealthView;
  received: Received;
  onRetry: (() => void) | null;
  /** What there is to know of it while something is wrong. */
  children?: ReactNode;
}) {
  const status = OVERALL_STATUS[view.overall.state];
  return (
    <div
      data-overall={view.overall.state}
      className={`rounded-2xl border border-l-4 border-line bg-surface shadow-card max-sm:p-3 sm:p-5 ${EDGE[status]}`}
    >
      <div className="flex flex-col gap-x-8 gap-y-1 sm:flex-row sm:items-start sm:justify-between">
        <div className="min-w-0">
          <div role="status" aria-live="polite" aria-atomic="true">
            <h1 className="flex items-start gap-2.5 text-xl font-semibold leading-tight tracking-tight sm:text-2xl">
              <span className="sm:mt-0.5">
                <StatusIcon status={status} size={26} />
              </span>
              <span className="min-w-0">{view.overall.headline}</span>
            </h1>
          </div>
          {/* Never cut off, however long it is: on a phone it is small, to leave room for the first card. */}
          <p className="mt-1 max-w-3xl text-pretty text-ink-soft max-sm:text-sm sm:mt-1.5" data-sentence>
            {view.overall.sentence}
          </p>
        </div>
        <AsOf received={received} onRetry={onRetry} />
      </div>
      {children}
    </div>
  );
}
