import { Card } from "@/components/ui/card";
import { ExternalLink } from "@/components/ui/external-link";
import { StatusIcon } from "@/components/ui/status";
import { Time } from "@/components/ui/zone";
import { hasDeadlineAhead, NEVER_READ, type NoticesView, type NoticeView } from "@/lib/notices/view";
import { NoticeItem } from "./notice-item";

/** The operator's notices for this owner, in their states: the list, none, an old list, no list. */
export function NoticesScreen({ view, suspectUrl }: { view: NoticesView; suspectUrl: string | null }) {
  return (
    <div className="space-y-4">
      <div>
        <h1 className="text-2xl font-semibold tracking-tight">Notices</h1>
        <p className="mt-1 max-w-prose text-ink-soft">
          What the platform’s operator asks of you ahead of time, and what they are repairing now. It comes
          from their issues.
        </p>
      </div>
      <Lists view={view} />
      {suspectUrl && (
        <p className="px-1 text-sm text-ink-soft sm:px-2">
          The platform looks at fault and no issue says so?{" "}
          <ExternalLink href={suspectUrl}>Tell the operator</ExternalLink>
        </p>
      )}
    </div>
  );
}

function Lists({ view }: { view: NoticesView }) {
  if (view.source === "none")
    return (
      <Card id="notices" title="Open">
        <p className="text-ink-soft" data-empty>
          The operator has named no repository, so there are no notices here.
        </p>
      </Card>
    );
  if (view.source === "unread")
    return (
      <Card id="notices" title="Open">
        <p className="flex items-center gap-2 font-medium">
          <StatusIcon status="unknown" />
          The notices are not known here
        </p>
        <p className="mt-1 text-ink-soft">
          {view.failure?.message ?? NEVER_READ} This does not mean that there are none.
        </p>
        <p className="mt-2 text-sm">
          <ExternalLink href={`${view.repositoryUrl}/issues`}>The operator’s issues</ExternalLink>
        </p>
      </Card>
    );
  const incidents = view.open.filter(({ kind }) => kind === "incident");
  const ahead = view.open.filter(({ kind }) => kind !== "incident");
  return (
    <>
      <p
        className={`px-1 text-sm sm:px-2 ${view.stale ? "text-warn" : "text-ink-soft"}`}
        data-notices-stale={view.stale !== null}
      >
        As of <Time atMs={view.asOfMs} style="day-clock" withZone />
        {view.stale ? `, because: ${view.stale}` : "."}
      </p>
      {incidents.length > 0 && <List id="incidents" title="Platform incidents" notices={incidents} />}
      <List
        id="ahead"
        title="Ahead"
        notices={ahead}
        withDates={ahead.some(hasDeadlineAhead)}
        empty="Nothing is asked of you: no update, contract change or eviction concerns this capability."
      />
      {view.closed.length > 0 && <List id="closed" title="Closed in the last days" notices={view.closed} />}
    </>
  );
}

function List({
  id,
  title,
  notices,
  withDates = false,
  empty,
}: {
  id: string;
  title: string;
  notices: readonly NoticeView[];
  /** A deadline lies ahead, so that there is a calendar file. */
  withDates?: boolean;
  empty?: string;
}) {
  return (
    <Card id={id} title={title}>
      {notices.length === 0 ? (
        <p className="text-ink-soft" data-empty>
          {empty}
        </p>
      ) : (
        <ul className="divide-y divide-line">
          {notices.map((notice) => (
            <NoticeItem key={notice.number} notice={notice} />
          ))}
        </ul>
      )}
      {withDates && (
        <p className="mt-3 text-sm">
          <a href="/api/calendar.ics" className="link inline-flex min-h-6 items-center" download>
            Deadlines for your calendar (.ics)
          </a>
        </p>
      )}
    </Card>
  );
}
