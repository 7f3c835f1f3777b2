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

/** The state of a run: status, progress, times, counts, errors. What the job doesn't report has no place here. */
export function RunSummaryPanel({ run, asOfMs, faded }: { run: RunView; asOfMs: number; faded: boolean }) {
  const status = runStatusOf(run);
  const sinceMs = status === "silent" ? run.silentSinceMs : status === "stalled" ? run.stalledSinceMs : null;
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
          <RunProgress run={run} faded={faded} />
        </div>
        <RunFacts run={run} asOfMs={asOfMs} />
        {run.lastError && <ReportedError error={run.lastError} />}
        <Oddities run={run} />
      </div>
    </Card>
  );
}

function RunProgress({ run: { progress, state, migration }, faded }: { run: RunView; faded: boolean }) {
  if (progress === null && state !== "waiting")
    return (
      <p className="rounded-lg border border-dashed border-line-strong px-3 py-2 text-sm text-ink-soft">
        The job doesn’t report its progress, so there is no bar, no rate and no estimate.
      </p>
    );
  if (progress?.share == null) return null;
  return <ProgressBar share={progress.share} label={`Progress of ${migration.title}`} faded={faded} />;
}

function RunFacts({ run, asOfMs }: { run: RunView; asOfMs: number }) {
  const { progress, endedAtMs, errors } = run;
  const items = { items: run.migration.items };
  const bytes = { bytes: true } as const;
  const rates = [
    progress?.items ? rateWords(progress.items, items) : null,
    progress?.bytes ? rateWords(progress.bytes, bytes) : null,
  ].filter((words) => words !== null);
  return (
    <dl className="mt-4 grid grid-cols-2 gap-x-6 gap-y-3 sm:grid-cols-3 lg:grid-cols-4">
      {progress?.items && <Fact name="Items">{doneWords(progress.items, items)}</Fact>}
      {progress?.bytes && <Fact name="Data">{doneWords(progress.bytes, bytes)}</Fact>}
      {rates.length > 0 && (
        <Fact name={endedAtMs === null ? "Rate now" : "Last rate"}>{rates.join(", ")}</Fact>
      )}
      <EstimateFact estimate={run.estimate} asOfMs={asOfMs} />
      <TimeFacts run={run} />
      {errors !== null && <Fact name="Errors">{count(errors)}</Fact>}
      {progress && endedAtMs === null && (
        <Fact name="Last progress">{formatAge(asOfMs - progress.advancedAtMs)}</Fact>
      )}
    </dl>
  );
}

function EstimateFact({ estimate, asOfMs }: { estimate: RunView["estimate"]; asOfMs: number }) {
  const words = estimateWords(estimate, asOfMs);
  if (!words) return null;
  return (
    <Fact name="Estimate">
      {words}
      {estimate.kind === "between" && (
        <span className="block text-sm text-ink-soft">
          <Time atMs={estimate.fromMs} style="day-clock" /> to{" "}
          <Time atMs={estimate.toMs} style="day-clock" withZone />
        </span>
      )}
    </Fact>
  );
}

function TimeFacts({ run: { startedAtMs, endedAtMs, elapsedMs, endedExactly, state } }: { run: RunView }) {
  return (
    <>
      <Fact name="Started">
        {startedAtMs === null ? (
          NO_START[endedAtMs === null ? "open" : "ended"]
        ) : (
          <Time atMs={startedAtMs} style="day-clock" withZone />
        )}
      </Fact>
      {endedAtMs !== null && (
        <Fact name={state === "gone" ? "Last seen" : "Ended"}>
          {endedExactly || state === "gone" ? "" : "by "}
          <Time atMs={endedAtMs} style="day-clock" withZone />
        </Fact>
      )}
      {elapsedMs !== null && (
        <Fact name={endedAtMs === null ? "For" : "Duration"}>{formatDuration(elapsedMs)}</Fact>
      )}
    </>
  );
}

function ReportedError({ error: { atMs, text } }: { error: NonNullable<RunView["lastError"]> }) {
  return (
    <div className="mt-4">
      <p className="text-xs text-ink-soft">
        Last error that the job reported
        {atMs === null ? (
          `, ${ERROR_IN_FUTURE}`
        ) : (
          <>
            , <Time atMs={atMs} style="day-clock" withZone />
          </>
        )}
      </p>
      <p className="mt-0.5 break-words rounded-lg bg-sunken px-3 py-2 font-mono text-[0.8125rem]">{text}</p>
    </div>
  );
}

/** What isn't as it should be in the job's reports: shown, and not corrected. */
function Oddities({ run }: { run: RunView }) {
  const oddities = run.oddities.map(oddityWords);
  if (oddities.length === 0 && !run.clockDoubted) return null;
  return (
    <ul className="mt-4 list-disc space-y-1 pl-5 text-sm text-ink-soft" data-oddities>
      {oddities.map(({ text, atMs }) => (
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
