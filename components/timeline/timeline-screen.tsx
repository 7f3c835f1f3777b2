"use client";

import { useEffect, useState } from "react";
import { EventRows } from "@/components/health/event-rows";
import { Card } from "@/components/ui/card";
import { Failed } from "@/components/ui/failed";
import { aimAtFragment } from "@/components/ui/fragment";
import { LiveFailure, LiveHead } from "@/components/ui/live-head";
import { useLiveView } from "@/components/ui/use-live-view";
import type { CapabilityEvent } from "@/lib/evaluation/event";
import type { EventKind } from "@/lib/evaluation/event-kinds";
import { eventAnchor } from "@/lib/timeline/anchor";
import { countsByKind, type TimelineSection, type TimelineView } from "@/lib/timeline/timeline";
import { consecutiveRunsOf } from "@/lib/wording/event-words";
import { KindFilter } from "./kind-filter";
import { LastingList } from "./lasting-list";
import { shownOf } from "./section";

const FIRST_SHOWN = 40;

/** The timeline: what lasts, the last 24 hours, and the days before them. Rendered by the server, then kept current. */
export function TimelineScreen({ initial, kind }: { initial: TimelineView; kind: EventKind | null }) {
  const { view, failure, retry } = useLiveView(initial, ["timeline"], "/api/timeline", "timeline");
  const counts = countsByKind([...view.day.events, ...view.week.events]);
  return (
    <div className="space-y-4" data-stale={failure !== null}>
      <LiveHead
        title="Timeline"
        lead="What changed, and what it may have led to. The same events stand on every chart."
        asOfMs={view.asOfMs}
      />
      {failure && (
        <LiveFailure sentence={`Could not be brought up to date: ${failure.message}`} onRetry={retry} />
      )}
      <Card id="now" title="Now">
        <LastingList lasting={view.now} noticesKnown={view.notices === null} asOfMs={view.asOfMs} />
        {view.notices && (
          <p className="mt-2 text-sm text-ink-soft">The operator’s notices may be old: {view.notices}</p>
        )}
      </Card>
      <KindFilter kind={kind} counts={counts} />
      <Section
        id="day"
        title="Last 24 hours"
        section={view.day}
        kind={kind}
        asOfMs={view.asOfMs}
        onRetry={retry}
      />
      <Section
        id="week"
        title="Previous 6 days"
        section={view.week}
        kind={kind}
        asOfMs={view.asOfMs}
        onRetry={retry}
      />
    </div>
  );
}

/** A stretch of time in its states: its events; none; some that may not be all; none because they could not be asked. */
function Section({
  id,
  title,
  section,
  kind,
  asOfMs,
  onRetry,
}: {
  id: string;
  title: string;
  section: TimelineSection;
  kind: EventKind | null;
  asOfMs: number;
  onRetry: () => void;
}) {
  const { events, failed } = shownOf(section, kind);
  return (
    <Card id={id} title={title}>
      {events.length > 0 && <Events events={events} asOfMs={asOfMs} />}
      {events.length === 0 && failed && <Failed what="The list" reason={failed} onRetry={onRetry} />}
      {events.length === 0 && !failed && (
        <p className="text-ink-soft" data-empty>
          Nothing{kind ? " of this kind" : ""} happened in this time.
        </p>
      )}
      {events.length > 0 && failed && (
        <p className="mt-3 text-sm text-ink-soft">
          Deployments and restarts could not be asked, so some may be missing: {failed}
        </p>
      )}
    </Card>
  );
}

function Events({ events, asOfMs }: { events: readonly CapabilityEvent[]; asOfMs: number }) {
  const [all, setAll] = useState(false);
  const [linked, setLinked] = useState<string | null>(null);
  const runs = consecutiveRunsOf(events);
  // A link may lead to an event that is folded away.
  useEffect(() => {
    const anchor = window.location.hash.slice(1);
    const folded = consecutiveRunsOf(events).slice(FIRST_SHOWN);
    if (!folded.some((run) => run.events.some((event) => eventAnchor(event) === anchor))) return;
    setAll(true);
    setLinked(anchor);
  }, [events]);
  useEffect(() => {
    // Led to anew: what was not there when the page was loaded is not the address's target yet.
    if (linked) aimAtFragment();
  }, [linked]);
  const rest = runs.length - FIRST_SHOWN;
  return (
    <>
      <EventRows runs={all ? runs : runs.slice(0, FIRST_SHOWN)} asOfMs={asOfMs} />
      {rest > 0 && !all && (
        <button type="button" onClick={() => setAll(true)} className="link mt-1 min-h-8 text-sm">
          {rest} earlier
        </button>
      )}
    </>
  );
}
