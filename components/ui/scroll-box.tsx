import type { ReactNode } from "react";

// A box that scrolls must take the keyboard (WCAG 2.1.1), though it is no control.
const KEYBOARD = { tabIndex: 0 };

/** A box of limited height for a long table. */
export function ScrollBox({ label, children }: { label: string; children: ReactNode }) {
  return (
    <section
      {...KEYBOARD}
      aria-label={label}
      className="mt-1 max-h-72 overflow-auto rounded-lg border border-line text-ink"
    >
      {children}
    </section>
  );
}
