import type { ReactNode } from "react";
import { PublicCard } from "@/components/frame/public-card";
import { ExactTime } from "@/components/leaving/exact-time";
import { ExternalLink } from "@/components/ui/external-link";
import type { DeletionNotice } from "@/lib/eviction/deletion-notice";

/** What an owner finds once the 30 days are over: when what happened, why, and whom to ask. */
export function DeletionNoticePage({
  deletionNotice: { notServingFromMs, overAtMs, zone, issueUrl },
  platform,
  actions,
  children,
}: {
  deletionNotice: DeletionNotice;
  platform: string;
  actions: ReactNode;
  children: ReactNode;
}) {
  return (
    <PublicCard title="Your capability has left the platform" actions={actions}>
      <dl className="space-y-3">
        <div>
          <dt className="text-sm">It has not served since</dt>
          <dd className="text-ink">
            <ExactTime atMs={notServingFromMs} zone={zone} />
          </dd>
        </div>
        <div>
          <dt className="text-sm">The 30 days to export its data were over</dt>
          <dd className="text-ink">
            <ExactTime atMs={overAtMs} zone={zone} />
          </dd>
        </div>
      </dl>
      <p>
        With that its data is deleted, in every tier: the data itself, its backups, and what Watchpost held
        about it. Nobody can bring it back. What you exported is yours.
      </p>
      <p>
        <ExternalLink href={issueUrl}>Why: the eviction’s issue</ExternalLink>
      </p>
      <p>
        If something about it isn’t as it should be, write on that issue: the operator of {platform} reads it
        there.
      </p>
      {children}
    </PublicCard>
  );
}
