import { Card } from "@/components/ui/card";
import { ExternalLink } from "@/components/ui/external-link";
import { NOTHING_BY_ITSELF, nextSteps } from "@/lib/data-migrations/next-steps";
import type { RunView } from "@/lib/data-migrations/view";
import { RERUN_WORDS } from "@/lib/data-migrations/words";
import { FailurePlans } from "./failure-plans";

/** What happens next, and after a failure the plans. */
export function WhatNext({ run }: { run: RunView }) {
  return (
    <Card
      id="next"
      title="What happens next"
      aside={<ExternalLink href={run.migration.issueUrl}>The issue</ExternalLink>}
    >
      {run.state === "failed" && <p className="mb-3">{NOTHING_BY_ITSELF}</p>}
      <ol className="space-y-1.5">
        {nextSteps(run, "ready below").map(({ who, what }) => (
          <li key={what} className="grid gap-x-3 sm:grid-cols-[7rem_1fr]">
            <span className="font-medium">{who}</span>
            <span>{what}</span>
          </li>
        ))}
      </ol>
      <p className="mt-3 text-sm text-ink-soft">{RERUN_WORDS[run.migration.rerun]}</p>
      {run.state === "failed" && <FailurePlans run={run} />}
    </Card>
  );
}
