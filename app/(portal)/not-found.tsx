import { secondaryButton } from "@/components/ui/button";
import { PageLink } from "@/components/ui/page-link";
import { SIGNAL_IDS } from "@/lib/catalogue/bundle";

/** Inside the portal only a signal can be asked for that doesn't exist. */
export default function SignalNotFound() {
  return (
    <div className="mx-auto max-w-xl py-16">
      <title>Not found · Watchpost</title>
      <h1 className="text-2xl font-semibold tracking-tight">There is no such signal</h1>
      <p className="mt-3 text-ink-soft">Every capability is watched by these:</p>
      <ul className="mt-4 flex flex-wrap gap-2">
        {SIGNAL_IDS.map((id) => (
          <li key={id}>
            <PageLink href={`/signals/${id}`} className={secondaryButton}>
              {id.charAt(0).toUpperCase() + id.slice(1).replace("-", " ")}
            </PageLink>
          </li>
        ))}
      </ul>
    </div>
  );
}
