"use client";

import { dataAgeMs, type Received } from "@/components/ui/freshness";
import { useNow } from "@/components/ui/now";
import { Time, ZoneToggle } from "@/components/ui/zone";
import { formatAge } from "@/lib/wording/format";

/**
 * The instant that the values are of, its age, which ticks, and the switch to UTC. Instant and age stand on lines of their
 * own, so that neither moves when the zone's name or the age grows longer.
 */
export function AsOf({
  received,
  onRetry = null,
}: {
  received: Received;
  /** Set while the last poll has failed: asks again at once instead of at the next interval. */
  onRetry?: (() => void) | null;
}) {
  const now = useNow();
  return (
    <div className="shrink-0 text-sm text-ink-soft sm:w-64">
      <div className="flex items-center justify-between gap-2.5">
        <p>
          as of <Time atMs={received.view.asOfMs} style="clock-seconds" withZone />
        </p>
        <ZoneToggle />
      </div>
      <div className="flex min-h-6 items-center justify-between gap-2.5">
        <p suppressHydrationWarning>{formatAge(dataAgeMs(received, now))}</p>
        {onRetry && (
          <button type="button" onClick={onRetry} className="link min-h-6">
            Try again now
          </button>
        )}
      </div>
    </div>
  );
}
