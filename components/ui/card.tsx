import type { ReactNode } from "react";

/** A panel with a heading. `aside` stands at the heading's right: a link, tabs, a state. */
export function Card({
  id,
  title,
  aside,
  children,
}: {
  /** Names the heading, for the landmark. */
  id: string;
  title: string;
  aside?: ReactNode;
  children: ReactNode;
}) {
  return (
    <section
      aria-labelledby={id}
      className="min-w-0 rounded-2xl border border-line bg-surface p-4 shadow-card sm:p-5"
    >
      <div className="mb-3 flex min-h-8 flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <h2 id={id} className="text-base font-semibold tracking-tight">
          {title}
        </h2>
        {aside}
      </div>
      {children}
    </section>
  );
}
