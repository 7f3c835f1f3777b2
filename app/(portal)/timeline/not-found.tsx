import { secondaryButton } from "@/components/ui/button";
import { PageLink } from "@/components/ui/page-link";

/** An address of the timeline with a kind that there isn't. */
export default function KindNotFound() {
  return (
    <div className="mx-auto max-w-xl py-16">
      <title>Not found · Watchpost</title>
      <h1 className="text-2xl font-semibold tracking-tight">There is no such kind of event</h1>
      <p className="mt-6">
        <PageLink href="/timeline" className={secondaryButton}>
          The whole timeline
        </PageLink>
      </p>
    </div>
  );
}
