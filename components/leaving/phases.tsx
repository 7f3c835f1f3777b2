"use client";

import type { ReactNode } from "react";
import { useFrame } from "@/components/frame/frame-provider";
import { Card } from "@/components/ui/card";
import { ExternalLink } from "@/components/ui/external-link";
import { type EvictionPhase, evictionPhase } from "@/lib/eviction/phase";
import { Countdown } from "./countdown";
import { ExactTime } from "./exact-time";
import { useServerNow } from "./use-server-now";

/** Where the capability stands on its way out, and what comes when. */
export function Phases({ renderedAtMs }: { renderedAtMs: number }) {
  const { eviction, zone } = useFrame().leaving;
  const nowMs = useServerNow(renderedAtMs);
  const phase = evictionPhase(eviction, zone, nowMs);
  return (
    <Card id="phases" title="What happens when">
      <div data-phase={phase.kind}>
        {phase.kind === "live" || !eviction ? (
          <p className="max-w-prose text-ink-soft">
            No eviction is announced: your capability is live. The export is there all the same, whenever you
            want your data.
          </p>
        ) : (
          <>
            <ol className="divide-y divide-line">
              <Step title="Announced" now={phase.kind === "announced"}>
                Your capability is live until <ExactTime atMs={phase.notServingFromMs} zone={zone} />, and
                alerts are sent. Exports may be repeated.
                {phase.kind === "announced" && (
                  <Left leftMs={phase.notServingFromMs - nowMs} label="Until the date" />
                )}
              </Step>
              <Step title="Read-only" now={phase.kind === "read-only" || phase.kind === "paused"}>
                From that second on it doesn’t serve, by agreement, and nothing is alerted. The data is
                read-only, and there are 30 days of 24 hours to export it.
                <ReadOnly phase={phase} zone={zone} nowMs={nowMs} />
              </Step>
              <Step title="Deleted" now={phase.kind === "deleted"}>
                After the 30 days everything that is left of it is deleted, in every tier: the data, its
                backups, and what Watchpost holds: thresholds, alerts, mails and their history. With that,
                sign-in ends.
              </Step>
            </ol>
            {hasDateAhead(phase) && (
              <p className="mt-3 text-sm">
                <a href="/api/calendar.ics" className="link inline-flex min-h-6 items-center" download>
                  Dates for your calendar (.ics)
                </a>
              </p>
            )}
            <p className="mt-3 max-w-prose text-sm text-ink-soft">
              The 30 days can’t be extended. Only a fault of the platform stops the countdown, and it goes on
              where it stopped.{" "}
              <ExternalLink href={eviction.issueUrl}>Why: the eviction’s issue</ExternalLink>
            </p>
          </>
        )}
      </div>
    </Card>
  );
}

/** While the countdown is stopped, nobody may know when it ends. */
const hasDateAhead = (phase: EvictionPhase): boolean =>
  phase.kind === "announced" ||
  phase.kind === "read-only" ||
  (phase.kind === "paused" && phase.deletesAtMs !== null);

function Step({ title, now, children }: { title: string; now: boolean; children: ReactNode }) {
  return (
    <li aria-current={now ? "step" : undefined} className="py-3 first:pt-0">
      <p className="flex items-center gap-2 font-medium">
        {title}
        {now && (
          <span className="inline-flex h-6 items-center rounded-full bg-accent-soft px-2 text-xs text-accent">
            Now
          </span>
        )}
      </p>
      <div className="mt-0.5 max-w-prose text-sm text-ink-soft">{children}</div>
    </li>
  );
}

function Left({ leftMs, label }: { leftMs: number; label: string }) {
  return (
    <span className="mt-1 block text-2xl text-ink" data-countdown>
      <Countdown leftMs={leftMs} label={label} />
    </span>
  );
}

function ReadOnly({ phase, zone, nowMs }: { phase: EvictionPhase; zone: string; nowMs: number }) {
  if (phase.kind === "read-only")
    return (
      <>
        {" "}
        They end on <ExactTime atMs={phase.deletesAtMs} zone={zone} />.
        <Left leftMs={phase.deletesAtMs - nowMs} label="Left to export" />
      </>
    );
  if (phase.kind !== "paused") return null;
  return (
    <>
      <span className="mt-1 block font-medium text-ink">
        Paused since <ExactTime atMs={phase.sinceMs} zone={zone} />: {phase.reason}
      </span>
      <Left leftMs={phase.leftMs} label="Left to export" />
      {phase.deletesAtMs === null
        ? "are left when it goes on. Nobody knows yet when that is."
        : "are left when it goes on. "}
      {phase.deletesAtMs !== null && (
        <>
          They then end on <ExactTime atMs={phase.deletesAtMs} zone={zone} />.
        </>
      )}
    </>
  );
}
