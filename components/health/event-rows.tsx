"use client";

import { areEnds, EventGlyph } from "@/components/charts/event-glyph";
import { PageLink } from "@/components/ui/page-link";
import { Time } from "@/components/ui/zone";
import type { CapabilityEvent } from "@/lib/evaluation/event";
import { releasePath } from "@/lib/releases/address";
import { eventAnchor } from "@/lib/timeline/anchor";
import { type EventRun, runWords } from "@/lib/wording/event-words";
import { formatAge } from "@/lib/wording/format";

/** Events as rows of a list: the glyph, the words, how long ago, when. A link to any event of a row leads to the row. */
export function EventRows({ runs, asOfMs }: { runs: readonly EventRun[]; asOfMs: number }) {
  // Two containers may end in the same instant, and an id may stand only once.
  const taken = new Set<string>();
  const anchorsOf = ({ events }: EventRun) =>
    events.map(eventAnchor).filter((anchor) => !taken.has(anchor) && taken.add(anchor));
  return (
    <ul className="divide-y divide-line">
      {runs.map((run) => (
        <EventRow
          key={`${runWords(run)}${run.firstAtMs}`}
          run={run}
          anchors={anchorsOf(run)}
          asOfMs={asOfMs}
        />
      ))}
    </ul>
  );
}

function EventRow({ run, anchors, asOfMs }: { run: EventRun; anchors: readonly string[]; asOfMs: number }) {
  const [newest] = run.events;
  if (!newest) return null;
  const pods = new Set(run.events.flatMap((event) => (event.kind === "restart" ? [event.pod] : [])));
  return (
    <li
      className="grid grid-cols-[1rem_1fr_auto] items-baseline gap-x-2.5 py-2 has-[:target]:-mx-2 has-[:target]:rounded-md has-[:target]:bg-accent-soft has-[:target]:px-2 has-[:target]:ring-2 has-[:target]:ring-accent"
      data-event={newest.kind}
    >
      <span className="translate-y-0.5">
        {anchors.map((anchor) => (
          <span key={anchor} id={anchor} className="scroll-mt-24" />
        ))}
        <EventGlyph kind={newest.kind} isOver={areEnds(run.events)} />
      </span>
      <span className="min-w-0 break-words">
        <RunWords run={run} />
      </span>
      <span className="text-xs text-ink-soft">{formatAge(asOfMs - run.lastAtMs)}</span>
      <span className="col-start-2 min-w-0 break-words text-xs text-ink-soft">
        {run.events.length > 1 && (
          <>
            <Time atMs={run.firstAtMs} style="day-clock" /> to{" "}
          </>
        )}
        <Time atMs={run.lastAtMs} style="day-clock" withZone />
        {pods.size > 0 && ` · ${pods.size === 1 ? [...pods][0] : `${pods.size} pods`}`}
        {newest.kind === "threshold-edit" && ` · by ${newest.by}`}
      </span>
    </li>
  );
}

/** What happened, leading on to where there is more of it. */
function RunWords({ run }: { run: EventRun }) {
  const [newest] = run.events;
  const href = newest && pageOf(newest);
  if (!href) return runWords(run);
  return (
    <PageLink href={href} className="link">
      {runWords(run)}
    </PageLink>
  );
}

function pageOf(event: CapabilityEvent) {
  switch (event.kind) {
    case "alert":
      return `/alerts/${event.id}` as const;
    case "notice":
      return "/notices";
    case "deployment":
      return releasePath(event.atMs);
    default:
      return null;
  }
}
