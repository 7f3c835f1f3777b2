import { ExternalLink } from "@/components/ui/external-link";
import { Time } from "@/components/ui/zone";
import { incidentsFor } from "@/lib/notices/incidents";
import type { NoticesView } from "@/lib/notices/view";
import { formatAge } from "@/lib/wording/format";

export type OperatorSide = {
  view: NoticesView;
  /** A new, prefilled issue; null without a repository. */
  suspectUrl: string | null;
  asOfMs: number;
};

/**
 * What the operator has open about failures that look like the platform's, or that there is nothing to file; and where the owner
 * suspects the platform against the signals, the way to say so.
 */
export function PlatformIssues({
  view,
  blamed,
  components,
  suspectUrl,
  asOfMs,
}: OperatorSide & {
  /** Whether the signals point at the platform, alone or as well. */
  blamed: boolean;
  /** The ids of the components that fail; none: any incident may be meant. */
  components: readonly string[];
}) {
  const incidents = view.source === "known" ? incidentsFor(view.open, components) : [];
  return (
    <div className="space-y-1.5 text-sm" data-platform-issues={incidents.length}>
      {incidents.map((incident) => (
        <p key={incident.number}>
          The operator’s open issue #{incident.number}, “{incident.title}”, opened{" "}
          {formatAge(asOfMs - incident.openedAtMs)}:{" "}
          <ExternalLink href={`${incident.url}#new_comment_field`}>Read it or comment</ExternalLink>
        </p>
      ))}
      {blamed && incidents.length === 0 && <NothingToFile view={view} />}
      {view.source === "known" && view.stale && (
        <p className="text-ink-soft">
          The operator’s issues as of <Time atMs={view.asOfMs} style="day-clock" withZone />, because:{" "}
          {view.stale}
        </p>
      )}
      {!blamed && suspectUrl && (
        <p className="text-ink-soft">
          Think it’s the platform? <ExternalLink href={suspectUrl}>Report to the operator</ExternalLink>
        </p>
      )}
    </div>
  );
}

function NothingToFile({ view }: { view: NoticesView }) {
  if (view.source === "known")
    return (
      <p>
        No issue of the operator’s is open about it yet. The operator sees the same signals; you need not file
        anything.
      </p>
    );
  return (
    <p>
      The operator sees the same signals; you need not file anything.
      {view.source === "unread" && (
        <>
          {" "}
          Whether an issue is open isn’t known here:{" "}
          <ExternalLink href={`${view.repositoryUrl}/issues`}>The operator’s issues</ExternalLink>
        </>
      )}
    </p>
  );
}
