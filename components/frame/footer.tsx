"use client";

import { usePathname, useSearchParams } from "next/navigation";

/**
 * The foot of every page of the portal. Each page has a foot of its own: the same one would move from the end of one page to the
 * end of the next.
 */
export function Footer({ platform }: { platform: string }) {
  const page = `${usePathname()}?${useSearchParams()}`;
  return (
    <footer key={page} className="mx-auto max-w-6xl px-4 pb-8 pt-6 text-sm text-ink-soft sm:px-6">
      <p>Watchpost, the health of what runs on {platform}.</p>
    </footer>
  );
}
