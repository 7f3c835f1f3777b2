import type { RunView } from "@/lib/migrations/view";
import { RERUN_WORDS } from "@/lib/migrations/words";
import { Card } from "../ui/card";
import { ExternalLink } from "../ui/external-link";
import { FailurePlans } from "./failure-plans";

type Step = { who: "You" | "The operator"; what: string };

/** What comes next in each state, and who does it. Nothing here happens by itself. */
function stepsOf({ state, present }: Pick<RunView, "state" | "present">): Step[] {
  const operator = (what: string): Step => ({ who: "The operator", what });
  const you = (what: string): Step => ({ who: "You", what });
  switch (state) {
    case "waiting":
      return [operator("starts the job, and reports on the issue."), you("need to do nothing.")];
    case "running":
      return [
        operator("watches the job, and reports on the issue when it has ended."),
        you("need to do nothing. Your capability stays as it is, and what has arrived may not be whole yet."),
      ];
    case "succeeded":
      return [
        you("check by your own measure that the data is right: count it, open some of it, use it."),
        you("say on the issue that it is, or what is missing."),
        operator(
          present === false
            ? "has torn the job down: it and its artefacts are gone."
            : "closes the issue when you have said so, and tears the job and its artefacts down.",
        ),
      ];
    case "failed":
      return [
        you("decide how to go on, and say so on the issue. Four plans are ready below."),
        operator(
          present === false
            ? "has torn the job down: it and its artefacts are gone. What had arrived is left to your plan."
            : "carries your plan out.",
        ),
      ];
    case "gone":
      return [
        operator("knows what became of the job. Ask on the issue where it doesn’t say."),
        you("check what has arrived before you rely on it."),
      ];
  }
}

/** What happens next, and after a failure the plans. */
export function WhatNext({ run }: { run: RunView }) {
  return (
    <Card
      id="next"
      title="What happens next"
      aside={<ExternalLink href={run.migration.issueUrl}>The issue</ExternalLink>}
    >
      {run.state === "failed" && (
        <p className="mb-3">
          The platform cleans nothing up, tries nothing again and goes on with nothing by itself. What has
          arrived stays as it is until you decide.
        </p>
      )}
      <ol className="space-y-1.5">
        {stepsOf(run).map(({ who, what }) => (
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
