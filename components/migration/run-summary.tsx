import type { ReactNode } from "react";
import { Card } from "@/components/ui/card";
import { Time } from "@/components/ui/zone";
import type { RunView } from "@/lib/data-migrations/view";
import {
  count,
  doneWords,
  ERROR_IN_FUTURE,
  estimateWords,
  oddityWords,
  RUN_STATUS_SENTENCES,
  rateWords,
  runStatusOf,
} from "@/lib/data-migrations/words";
import { formatAge, formatDuration } from "@/lib/wording/format";
import { ProgressBar } from "./progress-bar";
import { RunStatusPill } from "./run-status-pill";

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-xs text-ink-soft">{name}</dt>
      <dd className="mt-0.5 break-words leading-snug">{children}</dd>
    </div>
  );
}

/** A run that has ended did begin, though nobody knows when. */
const NO_START = { open: "not yet", ended: "not known" };

/** How a run stands: state, progress, times, counts, errors. What the job doesn't report has no place here. */
export function RunSummaryPanel({ run, asOfMs, faded }: { run: RunView; asOfMs: number; faded: boolean }) {
  const { progress, estimate, startedAtMs, endedAtMs, elapsedMs, errors, lastError } = run;
  const status = runStatusOf(run);
  const sinceMs = status === "silent" ? run.silentSinceMs : status === "stalled" ? run.stalledSinceMs : null;
  const items = { items: run.migration.items };
  const bytes = { bytes: true } as const;
  const rates = [
    progress?.items ? rateWords(progress.items, items) : null,
    progress?.bytes ? rateWords(progress.bytes, bytes) : null,
  ].filter((words) => words !== null);
  const notified = estimateWords(estimate, asOfMs);
  return (
    <Card id="run" title={run.migration.title} aside={<RunStatusPill status={status} faded={faded} />}>
      <div className={faded ? "text-ink-soft" : ""}>
        <p>
          {RUN_STATUS_SENTENCES[status]}
          {sinceMs !== null && (
            <>
              {" "}
              Since <Time atMs={sinceMs} style="day-clock" withZone />, for {formatDuration(asOfMs - sinceMs)}
              .
            </>
          )}
        </p>
        <div className="mt-3">
          {progress?.share != null && (
            <ProgressBar share={progress.share} label={`Progress of ${run.migration.title}`} faded={faded} />
          )}
          {progress === null && run.state !== "waiting" && (
            <p className="rounded-lg border border-dashed border-line-strong px-3 py-2 text-sm text-ink-soft">
              The job reports nothing of its progress, so there is no bar, no speed and no estimate.
            </p>
          )}
        </div>
        <dl className="mt-4 grid grid-cols-2 gap-x-6 gap-y-3 sm:grid-cols-3 lg:grid-cols-4">
          {progress?.items && <Fact name="Items">{doneWords(progress.items, items)}</Fact>}
          {progress?.bytes && <Fact name="Data">{doneWords(progress.bytes, bytes)}</Fact>}
          {rates.length > 0 && (
            <Fact name={endedAtMs === null ? "Rate now" : "Last rate"}>{rates.join(", ")}</Fact>
          )}
          {notified && (
            <Fact name="Estimate">
              {notified}
              {estimate.kind === "between" && (
                <span className="block text-sm text-ink-soft">
                  <Time atMs={estimate.fromMs} style="day-clock" /> to{" "}
                  <Time atMs={estimate.toMs} style="day-clock" withZone />
                </span>
              )}
            </Fact>
          )}
          <Fact name="Started">
            {startedAtMs === null ? (
              NO_START[endedAtMs === null ? "open" : "ended"]
            ) : (
              <Time atMs={startedAtMs} style="day-clock" withZone />
            )}
          </Fact>
          {endedAtMs !== null && (
            <Fact name={run.state === "gone" ? "Last seen" : "Ended"}>
              {run.endedExactly || run.state === "gone" ? "" : "by "}
              <Time atMs={endedAtMs} style="day-clock" withZone />
            </Fact>
          )}
          {elapsedMs !== null && (
            <Fact name={endedAtMs === null ? "For" : "Duration"}>{formatDuration(elapsedMs)}</Fact>
          )}
          {errors !== null && <Fact name="Errors">{count(errors)}</Fact>}
          {progress && endedAtMs === null && (
            <Fact name="Last progress">{formatAge(asOfMs - progress.advancedAtMs)}</Fact>
          )}
        </dl>
        {lastError && (
          <div className="mt-4">
            <p className="text-xs text-ink-soft">
              Last error that the job reported
              {lastError.atMs !== null && (
                <>
                  , <Time atMs={lastError.atMs} style="day-clock" withZone />
                </>
              )}
              {lastError.atMs === null && `, ${ERROR_IN_FUTURE}`}
            </p>
            <p className="mt-0.5 break-words rounded-lg bg-sunken px-3 py-2 font-mono text-[0.8125rem]">
              {lastError.text}
            </p>
          </div>
        )}
        <Oddities run={run} />
      </div>
    </Card>
  );
}

/** What isn't as it should be in the job's reports: said, and not put right. */
function Oddities({ run }: { run: RunView }) {
  const notified = run.oddities.map(oddityWords);
  if (notified.length === 0 && !run.clockDoubted) return null;
  return (
    <ul className="mt-4 list-disc space-y-1 pl-5 text-sm text-ink-soft" data-oddities>
      {notified.map(({ text, atMs }) => (
        <li key={text}>
          {text}
          {atMs !== null && (
            <>
              , seen <Time atMs={atMs} style="day-clock" withZone />.
            </>
          )}
        </li>
      ))}
      {run.clockDoubted && <li>The job reported an impossible time; shown is when it was first seen.</li>}
    </ul>
  );
}
