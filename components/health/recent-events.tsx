"use client";

import type { CapabilityEvent } from "@/lib/signals/view";
import { type EventRun, runsOf, runWords } from "@/lib/wording/event-words";
import { formatAge } from "@/lib/wording/format";
import { EventGlyph } from "../charts/event-glyph";
import { useSeries } from "../charts/use-series";
import { Card } from "../ui/card";
import { Failed } from "../ui/failed";
import { Time } from "../ui/zone";

/** What the server could tell of the last day: the events, or why not, with the last that were known. */
export type EventsAnswer =
  | { ok: true; events: CapabilityEvent[]; atMs: number }
  | { ok: false; reason: string; last: { events: CapabilityEvent[]; atMs: number } | null };

const MOST = 12;

/**
 * Restarts, deployments and threshold edits of the last day, newest first. Rendered by the server, then kept current by the day's series,
 * which the availability bars ask for anyway.
 */
export function RecentEvents({ tenantId, initial }: { tenantId: string; initial: EventsAnswer }) {
  const { view, failure, retry } = useSeries(tenantId, "availability", "24h");
  const first = initial.ok ? initial : initial.last;
  const part = view?.failed.find((failed) => failed.part === "events");
  const known = view && (!part || view.events.length > 0) ? { events: view.events, atMs: view.toMs } : first;
  const reason = failure?.message ?? part?.message ?? (!view && !initial.ok ? initial.reason : null);
  return (
    <Card id="recently" title="Recently" aside={<span className="text-sm text-ink-soft">last 24 hours</span>}>
      {known ? (
        <EventList events={known.events} asOfMs={known.atMs} faded={reason !== null} />
      ) : (
        <Failed what="The list" reason={reason ?? "Not known."} onRetry={retry} />
      )}
      {known && reason && (
        <p className="mt-3 text-sm text-ink-soft">
          As of <Time atMs={known.atMs} style="clock-seconds" withZone />. {reason}
        </p>
      )}
    </Card>
  );
}

function EventList({ events, asOfMs, faded }: { events: CapabilityEvent[]; asOfMs: number; faded: boolean }) {
  const runs = runsOf(events);
  if (runs.length === 0)
    return <p className="text-ink-soft">No restarts, deployments or threshold edits in the last 24 hours.</p>;
  const rest = runs.slice(MOST);
  return (
    <div className={faded ? "opacity-60" : ""}>
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

function EventRows({ runs, asOfMs }: { runs: EventRun[]; asOfMs: number }) {
  return (
    <ul className="divide-y divide-line">
      {runs.map((run) => (
        <EventRow key={`${runWords(run)}${run.firstAtMs}`} run={run} asOfMs={asOfMs} />
      ))}
    </ul>
  );
}

function EventRow({ run, asOfMs }: { run: EventRun; asOfMs: number }) {
  const [newest] = run.events;
  if (!newest) return null;
  const pods = new Set(run.events.flatMap((event) => (event.kind === "restart" ? [event.pod] : [])));
  return (
    <li className="grid grid-cols-[1rem_1fr_auto] items-baseline gap-x-2.5 py-2">
      <span className="translate-y-0.5">
        <EventGlyph kind={newest.kind} />
      </span>
      <span className="min-w-0 break-words">{runWords(run)}</span>
      <span className="text-xs text-ink-soft">{formatAge(asOfMs - run.lastAtMs)}</span>
      <span className="col-start-2 min-w-0 break-words text-xs text-ink-soft">
        {run.events.length > 1 && (
          <>
            <Time atMs={run.firstAtMs} style="day-clock" /> to{" "}
          </>
        )}
        <Time atMs={run.lastAtMs} style="day-clock" withZone />
        {pods.size > 0 && ` · ${pods.size === 1 ? [...pods][0] : `${pods.size} pods`}`}
      </span>
    </li>
  );
}
