import { AccountMenu } from "./account-menu";
import { Navigation } from "./navigation";
import { Wordmark } from "./wordmark";

/**
 * The top of every page of the portal: where you are, and who you are.
 *
 * Links between the portal's pages are plain ones: each page is whole in its HTML and short to load, access is judged anew,
 * and the browser shows that it is on its way, which a routed link without a skeleton would not.
 */
export function Header({ capability, owner }: { capability: string; owner: string }) {
  return (
    <header className="border-b border-line bg-surface">
      <a
        href="#main"
        className="sr-only focus:not-sr-only focus:absolute focus:left-4 focus:top-2 focus:z-20 focus:rounded-lg focus:bg-accent focus:px-4 focus:py-2 focus:text-accent-ink"
      >
        Skip to the content
      </a>
      <div className="mx-auto flex min-h-14 max-w-6xl items-center justify-between gap-3 px-4 sm:px-6">
        <a href="/" className="flex min-h-10 min-w-0 items-center gap-2.5">
          <Wordmark />
          <span aria-hidden="true" className="text-line-strong">
            ·
          </span>
          <span className="truncate">{capability}</span>
        </a>
        <AccountMenu owner={owner} />
      </div>
      <Navigation />
    </header>
  );
}
