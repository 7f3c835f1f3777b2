"use client";

import { type EventRun, runWords } from "@/lib/wording/event-words";
import { formatAge } from "@/lib/wording/format";
import { EventGlyph } from "../charts/event-glyph";
import { Time } from "../ui/zone";

/** Events as rows of a list: the glyph, the words, how long ago, when. */
export function EventRows({ runs, asOfMs }: { runs: readonly EventRun[]; asOfMs: number }) {
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
    <li className="grid grid-cols-[1rem_1fr_auto] items-baseline gap-x-2.5 py-2" data-event={newest.kind}>
      <span className="translate-y-0.5">
        <EventGlyph kind={newest.kind} />
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
  const href =
    newest?.kind === "alert" ? `/alerts/${newest.id}` : newest?.kind === "notice" ? "/notices" : null;
  if (!href) return runWords(run);
  return (
    <a href={href} className="link">
      {runWords(run)}
    </a>
  );
}
