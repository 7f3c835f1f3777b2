"use client";

import { PageLink } from "@/components/ui/page-link";

/**
 * Leads the keyboard past the header. It is the router's own link, because a plain one would leave an entry in the history that
 * the router can't come back to; and the router leaves the focus where it is.
 */
export function SkipLink() {
  return (
    <PageLink
      href="#main"
      onClick={() => document.getElementById("main")?.focus()}
      className="sr-only focus:not-sr-only focus:absolute focus:left-4 focus:top-2 focus:z-20 focus:rounded-lg focus:bg-accent focus:px-4 focus:py-2 focus:text-accent-ink"
    >
      Skip to the content
    </PageLink>
  );
}
