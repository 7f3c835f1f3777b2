"use client";

import { usePathname, useSearchParams } from "next/navigation";

/** Leads a reader without JavaScript to the same page with tables in place of its drawings. */
export function TablesInstead() {
  const path = usePathname();
  const asked = useSearchParams();
  const href = `${path}?${new URLSearchParams([...asked, ["tables", "1"]])}`;
  return (
    <noscript>
      <meta httpEquiv="refresh" content={`0; url=${href}`} />
      <p className="mt-2 text-sm">
        <a href={href} className="link">
          Show tables in place of charts
        </a>
      </p>
    </noscript>
  );
}
