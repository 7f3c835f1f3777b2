import { ExternalLink } from "@/components/ui/external-link";
import { PageLink } from "@/components/ui/page-link";
import type { NoticesView } from "@/lib/notices/view";

/** The way from the health page to the notices, with how many there are, as far as that is known. */
export function NoticesLink({ view }: { view: NoticesView }) {
  if (view.source === "none") return null;
  if (view.source === "unread")
    return <ExternalLink href={`${view.repositoryUrl}/issues`}>The operator’s issues</ExternalLink>;
  const asked = view.open.filter(({ moved }) => moved !== true);
  const overdue = asked.filter((notice) => notice.overdue).length;
  return (
    <span className="inline-flex flex-wrap items-center gap-x-2">
      <PageLink href="/notices" className="link inline-flex min-h-6 items-center">
        Notices ({asked.length})<span aria-hidden="true">{" →"}</span>
      </PageLink>
      {overdue > 0 && <span className="font-medium text-bad">{overdue} overdue</span>}
      {view.stale && <span className="text-ink-soft">as last known</span>}
    </span>
  );
}
