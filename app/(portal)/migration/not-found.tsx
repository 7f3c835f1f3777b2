import { secondaryButton } from "@/components/ui/button";
import { PageLink } from "@/components/ui/page-link";

/** An address of a run that there isn't, or that isn't kept any more. */
export default function RunNotFound() {
  return (
    <div className="mx-auto max-w-xl py-16">
      <title>Not found · Watchpost</title>
      <h1 className="text-2xl font-semibold tracking-tight">There is no such run</h1>
      <p className="mt-3 text-ink-soft">Runs are shown as far as the platform’s metrics reach back.</p>
      <p className="mt-6">
        <PageLink href="/migration" className={secondaryButton}>
          The newest run
        </PageLink>
      </p>
    </div>
  );
}
