import type { Route } from "next";
import type { ReactNode } from "react";
import { secondaryButton } from "@/components/ui/button";
import { PageLink } from "@/components/ui/page-link";

/** What an address of the portal shows that leads to nothing. children: why that may be; href: where the reader may want to go on. */
export function NotFoundText({
  title,
  children,
  href,
  label,
}: {
  title: string;
  children?: ReactNode;
  href: Route;
  label: string;
}) {
  return (
    <div className="mx-auto max-w-xl py-16">
      <title>Not found · Watchpost</title>
      <h1 className="text-2xl font-semibold tracking-tight">{title}</h1>
      {children && <p className="mt-3 text-ink-soft">{children}</p>}
      <p className="mt-6">
        <PageLink href={href} className={secondaryButton}>
          {label}
        </PageLink>
      </p>
    </div>
  );
}
