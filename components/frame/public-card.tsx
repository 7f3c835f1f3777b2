import type { ReactNode } from "react";
import { Wordmark } from "./wordmark";

/**
 * The look of a page that stands outside the portal: sign-in, no access, signed out, an error. One card, one heading, a few
 * sentences and at most two things to do.
 */
export function PublicCard({
  title,
  children,
  actions,
}: {
  title: string;
  /** Paragraphs. */
  children?: ReactNode;
  /** Buttons and links, styled with components/ui/button. */
  actions?: ReactNode;
}) {
  return (
    <main className="mx-auto flex min-h-dvh w-full max-w-md flex-col justify-center px-4 py-12">
      <Wordmark />
      <div className="mt-5 rounded-2xl border border-line bg-surface p-6 shadow-card sm:p-8">
        <h1 className="text-xl font-semibold tracking-tight">{title}</h1>
        {children && <div className="mt-3 space-y-3 text-ink-soft">{children}</div>}
        {actions && <div className="mt-6 flex flex-wrap items-center gap-3">{actions}</div>}
      </div>
    </main>
  );
}
