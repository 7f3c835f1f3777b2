"use client";

import { CopyText } from "@/components/ui/copy-text";
import { ExternalLink } from "@/components/ui/external-link";
import { draftComment, type FailurePlan, PLAN_WORDS, PLANS, planCaution } from "@/lib/data-migrations/plans";
import type { RunView } from "@/lib/data-migrations/view";

/** The four plans after a failure, each with a comment to copy onto the issue. Choosing one here changes nothing. */
export function FailurePlans({ run }: { run: RunView }) {
  return (
    <div className="mt-4 border-t border-line pt-4">
      <h3 className="font-medium">Your plan</h3>
      <p className="mt-0.5 text-sm text-ink-soft">
        Open one to read its draft. Copy it, post it on{" "}
        <ExternalLink href={run.migration.issueUrl}>the issue</ExternalLink>, and change what you like.
        Nothing happens before that.
      </p>
      <ul className="mt-2 divide-y divide-line">
        {PLANS.map((plan) => (
          <li key={plan} data-plan={plan}>
            <details className="group py-2.5">
              <summary className="grid list-none gap-x-3 sm:grid-cols-[12rem_1fr]">
                <span className="font-medium underline decoration-line-strong underline-offset-4">
                  {PLAN_WORDS[plan].name}
                </span>
                <span className="text-sm text-ink-soft">{PLAN_WORDS[plan].means}</span>
              </summary>
              <Draft run={run} plan={plan} />
            </details>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Draft({ run, plan }: { run: RunView; plan: FailurePlan }) {
  const text = draftComment(run, plan);
  const caution = planCaution(plan, run.migration.rerun);
  return (
    <div className="mt-2">
      {caution && <p className="mb-2 text-sm">{caution}</p>}
      <pre className="whitespace-pre-wrap break-words rounded-lg bg-sunken p-3 font-mono text-[0.8125rem] select-all">
        {text}
      </pre>
      <p className="mt-2 flex min-h-8 flex-wrap items-center gap-x-3 gap-y-1 text-sm">
        <CopyText text={text} label="Copy the draft" />
        <ExternalLink href={run.migration.issueUrl}>Open the issue</ExternalLink>
      </p>
    </div>
  );
}
