"use client";

import { Card } from "@/components/ui/card";
import { ExternalLink } from "@/components/ui/external-link";
import { LiveFailure, LiveHead } from "@/components/ui/live-head";
import { useLiveView } from "@/components/ui/use-live-view";
import type { MigrationView } from "@/lib/data-migrations/view";
import { AboutMigration } from "./about-migration";
import { MailSwitch } from "./mail-switch";
import { MigrationCharts } from "./migration-charts";
import { RunList } from "./run-list";
import { RunSummaryPanel } from "./run-summary";
import { UsagePanel } from "./usage-panel";
import { WhatNext } from "./what-next";

/**
 * The migration page: one run in full, and all that are kept. Rendered by the server, then kept current.
 * @param runId the run that the address asks for; null is the newest
 */
export function MigrationScreen({ initial, runId }: { initial: MigrationView; runId: string | null }) {
  const tenantId = initial.tenant.id;
  const path = `/api/migration${runId ? `?run=${runId}` : ""}`;
  const { view, failure: unanswered, retry } = useLiveView(initial, ["migration", runId], path, "migration");
  const failure = unanswered?.message ?? view.failed;
  const faded = failure !== null;
  const { shown, runs, waiting } = view;
  const none = !shown && waiting.length === 0 && !failure;
  return (
    <div className="space-y-4" data-stale={faded}>
      <LiveHead
        title="Migration"
        lead="The progress of your data’s move. The operator runs it; this page only watches."
        asOfMs={view.asOfMs}
      />
      {failure && (
        <LiveFailure
          sentence={`${shown ? "What is shown is what was last known" : "Nothing can be shown right now"}: ${failure}`}
          onRetry={retry}
        />
      )}
      {shown && (
        <>
          <RunSummaryPanel run={shown} asOfMs={view.asOfMs} faded={faded} />
          <div className="grid items-start gap-4 lg:grid-cols-2">
            <WhatNext run={shown} />
            <UsagePanel usage={shown.usage} faded={faded} />
          </div>
          <MigrationCharts
            tenantId={tenantId}
            runId={shown.id}
            lasts={shown.endedAtMs === null}
            reportsShare={shown.progress?.share != null}
          />
          <AboutMigration run={shown} />
        </>
      )}
      {(runs.length > 1 || waiting.length > 0) && (
        <RunList runs={runs} waiting={waiting} shownId={shown?.id ?? null} faded={faded} />
      )}
      {none ? (
        <NoMigration migrateUrl={view.migrateUrl} />
      ) : (
        <MailSwitch tenantId={tenantId} mails={view.mails} />
      )}
    </div>
  );
}

/** No migration is defined: what one is, and how to ask for it. */
function NoMigration({ migrateUrl }: { migrateUrl: string | null }) {
  return (
    <Card id="none" title="No migration">
      <div className="max-w-prose space-y-2" data-empty>
        <p>
          If your data lives somewhere else today, the operator can move it here for you, once, by a job that
          you agree on: from where, how much, what it may use, and whether it may run again.
        </p>
        <p className="text-ink-soft">
          While it runs, this page shows how far it is and what it uses. When it has ended, you check that the
          data is right.
        </p>
        {migrateUrl && (
          <p>
            To ask for one: <ExternalLink href={migrateUrl}>Migrate my data</ExternalLink>
          </p>
        )}
      </div>
    </Card>
  );
}
