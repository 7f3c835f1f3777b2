import { NoticesLink } from "@/components/notices/notices-link";
import { ExternalLink } from "@/components/ui/external-link";
import { PageLink } from "@/components/ui/page-link";
import type { NoticesView } from "@/lib/notices/view";

/** The ways on from here: the operator's notices, the documents, and the one way to ask the platform for something else. */
export function NextSteps({
  notices,
  hasMigrations,
  documentationUrl,
  modifyUrl,
}: {
  notices: NoticesView;
  hasMigrations: boolean;
  documentationUrl: string | null;
  modifyUrl: string | null;
}) {
  return (
    <section
      aria-labelledby="next-steps"
      className="flex flex-wrap items-center justify-between gap-x-8 gap-y-2 px-1 text-sm sm:px-2"
    >
      <h2 id="next-steps" className="sr-only">
        Ways on
      </h2>
      <NoticesLink view={notices} />
      {modifyUrl && (
        <p className="text-ink-soft">
          Every capability is watched by the same signals. To ask for other signals, or another way to be
          alerted: <ExternalLink href={modifyUrl}>Modify my capability</ExternalLink>
        </p>
      )}
      {hasMigrations && (
        <PageLink href="/migration" className="link inline-flex min-h-6 items-center">
          Data migrations
        </PageLink>
      )}
      {documentationUrl && <ExternalLink href={documentationUrl}>Documentation</ExternalLink>}
    </section>
  );
}
