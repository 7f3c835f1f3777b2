import { Card } from "@/components/ui/card";
import { ExternalLink } from "@/components/ui/external-link";
import type { RunView } from "@/lib/data-migrations/view";
import { count, RERUN_WORDS } from "@/lib/data-migrations/words";

/** What was declared, which job it is, and what else that job emits. */
export function AboutMigration({ run }: { run: RunView }) {
  const { migration, jobName, others, present } = run;
  return (
    <Card id="about" title="About this migration">
      <dl className="grid gap-x-6 gap-y-1 text-sm sm:grid-cols-[9rem_1fr] sm:gap-y-2">
        <dt className="text-ink-soft">Source</dt>
        <dd className="break-words">{migration.source}</dd>
        <dt className="text-ink-soft">Issue</dt>
        <dd className="min-w-0 break-words">
          <ExternalLink href={migration.issueUrl}>
            {migration.issueUrl.replace(/^https?:\/\//, "")}
          </ExternalLink>
        </dd>
        <dt className="text-ink-soft">Running it again</dt>
        <dd>{RERUN_WORDS[migration.rerun]}</dd>
        <dt className="text-ink-soft">Job</dt>
        <dd className="break-words">
          {jobName}
          {present === false && ", which is no longer there"}
        </dd>
        {others.length > 0 && (
          <>
            <dt className="text-ink-soft">What else it emits</dt>
            <dd>
              <ul>
                {others.map(({ name, value }) => (
                  <li key={name} className="flex flex-wrap justify-between gap-x-4 sm:max-w-md">
                    <code className="break-all text-[0.8125rem]">{name}</code>
                    <span>{count(value)}</span>
                  </li>
                ))}
              </ul>
            </dd>
          </>
        )}
      </dl>
    </Card>
  );
}
