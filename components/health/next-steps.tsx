import { NoticesLink } from "@/components/notices/notices-link";
import { ExternalLink } from "@/components/ui/external-link";
import type { NoticesView } from "@/lib/notices/view";

/** The ways on from here: the operator's notices, the documents, and the one way to ask the platform for something else. */
export function NextSteps({
  notices,
  documentationUrl,
  modifyUrl,
}: {
  notices: NoticesView;
  documentationUrl: string | null;
  modifyUrl: string | null;
}) {
  if (!documentationUrl && !modifyUrl && notices.source === "none") return null;
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
      {documentationUrl && <ExternalLink href={documentationUrl}>Documentation</ExternalLink>}
    </section>
  );
}
