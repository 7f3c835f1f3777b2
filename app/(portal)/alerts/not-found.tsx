import { secondaryButton } from "@/components/ui/button";
import { PageLink } from "@/components/ui/page-link";

/** The same for an alert that doesn't exist and for one that is somebody else's. */
export default function AlertNotFound() {
  return (
    <div className="mx-auto max-w-xl py-16">
      <title>Not found · Watchpost</title>
      <h1 className="text-2xl font-semibold tracking-tight">There is no such alert</h1>
      <p className="mt-3 text-ink-soft">Alerts of your capability are listed by when they began.</p>
      <p className="mt-4">
        <PageLink href="/alerts" className={secondaryButton}>
          All alerts
        </PageLink>
      </p>
    </div>
  );
}
