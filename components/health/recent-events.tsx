"use client";

import { useSeries } from "@/components/charts/use-series";
import { Card } from "@/components/ui/card";
import { Failed } from "@/components/ui/failed";
import { PageLink } from "@/components/ui/page-link";
import { Time } from "@/components/ui/zone";
import type { CapabilityEvent } from "@/lib/evaluation/event";
import type { TimelineSection } from "@/lib/timeline/timeline";
import { consecutiveRunsOf } from "@/lib/wording/event-words";
import { EventRows } from "./event-rows";
import { recentEvents } from "./recent";

const MOST = 12;

/**
 * What happened in the last day, newest first. Rendered by the server, then kept current by the day's series, which the
 * availability bars ask for anyway.
 */
export function RecentEvents({ tenantId, initial }: { tenantId: string; initial: TimelineSection }) {
  const { view, failure, retry } = useSeries(tenantId, "availability", "24h");
  const { events, atMs, reason } = recentEvents(initial, view, failure);
  return (
    <Card id="recently" title="Recently" aside={<span className="text-sm text-ink-soft">last 24 hours</span>}>
      {reason && events.length === 0 ? (
        <Failed what="The list" reason={reason} onRetry={retry} />
      ) : (
        <EventList events={events} asOfMs={atMs} faded={reason !== null} />
      )}
      {reason && events.length > 0 && (
        <p className="mt-3 text-sm text-ink-soft">
          As of <Time atMs={atMs} style="clock-seconds" withZone />. {reason}
        </p>
      )}
      <p className="mt-2 text-sm">
        <PageLink href="/timeline" className="link inline-flex min-h-6 items-center">
          Timeline
        </PageLink>
      </p>
    </Card>
  );
}

function EventList({ events, asOfMs, faded }: { events: CapabilityEvent[]; asOfMs: number; faded: boolean }) {
  const runs = consecutiveRunsOf(events);
  if (runs.length === 0)
    return (
      <p className="text-ink-soft">
        Nothing happened in the last 24 hours: no restart, deployment, alert, threshold edit or notice.
      </p>
    );
  const rest = runs.slice(MOST);
  return (
    <div className={faded ? "text-ink-soft" : ""}>
      <EventRows runs={runs.slice(0, MOST)} asOfMs={asOfMs} />
      {rest.length > 0 && (
        <details className="mt-1">
          <summary className="link inline-flex min-h-8 list-none items-center text-sm">
            {rest.length} earlier
          </summary>
          <EventRows runs={rest} asOfMs={asOfMs} />
        </details>
      )}
    </div>
  );
}
