"use client";

import { dataAgeMs, lateSampleMs, type Received } from "@/components/ui/freshness";
import { useNow } from "@/components/ui/now";
import { Time, ZoneToggle } from "@/components/ui/zone";
import { formatAge } from "@/lib/wording/format";

/**
 * The instant that the values are of, its age, which ticks, that of the oldest value where it came late, and the
 * switch to UTC. Instant and age stand on lines of their own, so that neither moves when the zone's name or the age
 * grows longer. A phone's first screen has room for one line, which begins at the left and has nothing beside it.
 */
export function AsOf({
  received,
  onRetry = null,
}: {
  received: Received;
  /** Set while the last poll has failed: asks again at once instead of at the next interval. */
  onRetry?: (() => void) | null;
}) {
  const ageMs = dataAgeMs(received, useNow());
  const { view } = received;
  const lateMs = lateSampleMs(view);
  return (
    <div className="shrink-0 text-sm text-ink-soft max-sm:flex max-sm:w-full max-sm:flex-wrap max-sm:items-center max-sm:gap-x-2.5 sm:w-64">
      <div className="flex items-center justify-between gap-2.5">
        <p>
          as of <Time atMs={view.asOfMs} style="clock-seconds" withZone />
        </p>
        <ZoneToggle atMs={view.asOfMs} />
      </div>
      <div className="flex min-h-6 items-center justify-between gap-2.5">
        <p suppressHydrationWarning>
          {formatAge(ageMs)}
          {lateMs !== null && `; oldest value ${formatAge(ageMs + view.asOfMs - lateMs)}`}
        </p>
        {onRetry && (
          <button type="button" onClick={onRetry} className="link min-h-6">
            Try again now
          </button>
        )}
      </div>
    </div>
  );
}
