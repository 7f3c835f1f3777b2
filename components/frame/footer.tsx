"use client";

import { usePathname, useSearchParams } from "next/navigation";
import { PageLink } from "@/components/ui/page-link";
import { PrintedAt } from "./printed-at";

/**
 * The foot of every page of the portal. Each page has a foot of its own: the same one would move from the end of one page to the
 * end of the next.
 */
export function Footer({ platform }: { platform: string }) {
  const page = `${usePathname()}?${useSearchParams()}`;
  return (
    <footer key={page} className="mx-auto page-width px-4 pb-8 pt-6 text-sm text-ink-soft sm:px-6">
      <p className="flex flex-wrap items-center justify-between gap-x-4">
        <span>Watchpost, the health of what runs on {platform}.</span>
        <PageLink href="/accessibility" className="link inline-flex min-h-6 items-center print:hidden">
          Accessibility
        </PageLink>
      </p>
      <PrintedAt />
    </footer>
  );
}
