import { secondaryButton } from "@/components/ui/button";
import { PageLink } from "@/components/ui/page-link";

/** A release that isn't there, that the metrics store has forgotten, or that is another tenant's. */
export default function ReleaseNotFound() {
  return (
    <div className="mx-auto max-w-xl py-16">
      <title>Not found · Watchpost</title>
      <h1 className="text-2xl font-semibold tracking-tight">There is no record of this release</h1>
      <p className="mt-3 text-ink-soft">
        The address may be mistyped, the release may belong to another capability than the one you are
        viewing, or the platform’s metrics don’t go back so far.
      </p>
      <p className="mt-6">
        <PageLink href="/timeline?kind=deployment" className={secondaryButton}>
          All deployments
        </PageLink>
      </p>
    </div>
  );
}
