"use client";

import { usePathname } from "next/navigation";
import { useEffect, useRef } from "react";
import { PageLink } from "@/components/ui/page-link";

const PAGES = [
  { href: "/", title: "Health" },
  { href: "/alerts", title: "Alerts" },
  { href: "/thresholds", title: "Thresholds" },
  { href: "/timeline", title: "Timeline" },
  { href: "/migration", title: "Migration" },
  { href: "/notices", title: "Notices" },
  { href: "/leaving", title: "Export" },
] as const;

/** A signal's page belongs to Health. */
function isCurrent(href: string, pathname: string): boolean {
  if (href === "/") return pathname === "/" || pathname.startsWith("/signals/");
  return pathname === href || pathname.startsWith(`${href}/`);
}

/**
 * The portal's pages, the present one marked. On arrival at another page the keyboard is led to its content, since the link
 * that was followed may be gone; the router says the page's title to screen readers.
 * @param hasMigrations without one, the page of migrations is found where one is asked for, and not here
 */
export function Navigation({ hasMigrations }: { hasMigrations: boolean }) {
  const pathname = usePathname();
  const present = useRef(pathname);
  useEffect(() => {
    if (present.current === pathname) return;
    present.current = pathname;
    document.getElementById("main")?.focus({ preventScroll: true });
  }, [pathname]);
  return (
    <nav aria-label="Pages" className="mx-auto page-width px-4 sm:px-6">
      <ul className="-mx-1.5 flex flex-wrap sm:-mx-2.5 sm:gap-1">
        {PAGES.filter(({ href }) => href !== "/migration" || hasMigrations || isCurrent(href, pathname)).map(
          ({ href, title }) => (
            <li key={href}>
              <PageLink
                href={href}
                aria-current={isCurrent(href, pathname) ? "page" : undefined}
                className="flex min-h-10 items-center border-b-2 border-transparent px-1.5 text-sm sm:px-2.5 text-ink-soft hover:text-ink aria-[current=page]:border-accent aria-[current=page]:font-medium aria-[current=page]:text-ink"
              >
                {title}
              </PageLink>
            </li>
          ),
        )}
      </ul>
    </nav>
  );
}
