import { PageLink } from "@/components/ui/page-link";
import { AccountMenu } from "./account-menu";
import { Navigation } from "./navigation";
import { SkipLink } from "./skip-link";
import { Wordmark } from "./wordmark";

/** The top of every page of the portal: where you are, and who you are. */
export function Header({
  capability,
  owner,
  hasMigrations,
}: {
  capability: string;
  owner: string;
  hasMigrations: boolean;
}) {
  return (
    <header className="border-b border-line bg-surface">
      <SkipLink />
      <div className="mx-auto flex min-h-14 page-width items-center justify-between gap-3 px-4 sm:px-6">
        <PageLink href="/" className="flex min-h-10 min-w-0 items-center gap-2.5">
          <Wordmark />
          <span aria-hidden="true" className="text-line-strong">
            ·
          </span>
          <span className="truncate">{capability}</span>
        </PageLink>
        <AccountMenu owner={owner} />
      </div>
      <Navigation hasMigrations={hasMigrations} />
    </header>
  );
}
