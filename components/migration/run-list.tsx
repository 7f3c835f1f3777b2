import { Card } from "@/components/ui/card";
import { ExternalLink } from "@/components/ui/external-link";
import { PageLink } from "@/components/ui/page-link";
import { Time } from "@/components/ui/zone";
import type { MigrationCard, RunSummary } from "@/lib/data-migrations/view";
import { shareWords } from "@/lib/data-migrations/words";
import { RunStatusPill } from "./run-status-pill";

/** A run that has ended did begin, though nobody knows when. */
const NO_START = { open: "not started", ended: "start not known" };

/** All runs that are kept, newest first, and the migrations that have none yet. */
export function RunList({
  runs,
  waiting,
  shownId,
  faded,
}: {
  runs: readonly RunSummary[];
  waiting: readonly MigrationCard[];
  shownId: string | null;
  faded: boolean;
}) {
  return (
    <Card id="runs" title="Runs">
      <ul className="divide-y divide-line">
        {waiting.map(({ job, title, issueUrl }) => (
          <li key={job} className="flex flex-wrap items-center gap-x-4 gap-y-1 py-2" data-waiting={job}>
            <RunStatusPill status="waiting" faded={faded} />
            <span className="min-w-0 grow break-words">{title}</span>
            <span className="text-sm text-ink-soft">
              not started, or no longer remembered · <ExternalLink href={issueUrl}>The issue</ExternalLink>
            </span>
          </li>
        ))}
        {runs.map(({ id, title, state, startedAtMs, endedAtMs, share }) => (
          <li key={id} className="flex flex-wrap items-center gap-x-4 gap-y-1 py-2" data-run={id}>
            <RunStatusPill status={state} faded={faded} />
            <span className="min-w-0 grow break-words">
              {id === shownId ? (
                <span aria-current="true" className="font-medium">
                  {title}
                </span>
              ) : (
                <PageLink href={`/migration?run=${id}`} className="link">
                  {title}
                </PageLink>
              )}
            </span>
            <span className="text-sm text-ink-soft">
              {share !== null && `${shareWords(share)} · `}
              {startedAtMs === null ? (
                NO_START[endedAtMs === null ? "open" : "ended"]
              ) : (
                <Time atMs={startedAtMs} style="day-clock" withZone />
              )}
              {endedAtMs !== null && (
                <>
                  {startedAtMs === null ? ", ended " : " to "}
                  <Time atMs={endedAtMs} style="day-clock" withZone={startedAtMs === null} />
                </>
              )}
            </span>
          </li>
        ))}
      </ul>
      <p className="mt-2 text-xs text-ink-soft">
        Past runs are shown as far as the platform’s metrics reach back, 30 days at most.
      </p>
    </Card>
  );
}
