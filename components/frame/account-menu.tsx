"use client";

import { useEffect, useRef } from "react";
import { removeDrafts, removeDraftsWithOtherTabs } from "@/components/ui/remove-drafts";
import { rememberZone } from "@/components/ui/zone";
import { beginSigningOut } from "./signing-out";

function signOut() {
  removeDrafts();
  rememberZone(null);
  beginSigningOut();
}

/** The owner's label, and sign-out behind it. Native details and form: both work without JavaScript. */
export function AccountMenu({ owner }: { owner: string }) {
  const details = useRef<HTMLDetailsElement>(null);
  useEffect(removeDraftsWithOtherTabs, []);
  const close = () => details.current?.removeAttribute("open");
  return (
    <details
      ref={details}
      className="group relative shrink-0"
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        close();
        details.current?.querySelector("summary")?.focus();
      }}
      onBlur={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget)) close();
      }}
    >
      <summary className="flex min-h-10 max-w-44 list-none items-center gap-1.5 rounded-lg px-2 text-sm text-ink-soft hover:text-ink sm:max-w-72">
        <span className="sr-only">Account: </span>
        <span className="hidden truncate sm:inline">{owner}</span>
        <svg viewBox="0 0 20 20" width="22" height="22" aria-hidden="true" className="shrink-0 sm:hidden">
          <g fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round">
            <circle cx="10" cy="10" r="8.5" />
            <circle cx="10" cy="8" r="2.8" />
            <path d="M4.8 16.2c1-2.5 3-3.7 5.2-3.7s4.2 1.2 5.2 3.7" />
          </g>
        </svg>
        <span className="sr-only sm:hidden">{owner}</span>
        <svg
          viewBox="0 0 12 12"
          width="10"
          height="10"
          aria-hidden="true"
          className="shrink-0 group-open:rotate-180"
        >
          <path d="m2 4 4 4 4-4" fill="none" stroke="currentColor" strokeWidth="1.75" />
        </svg>
      </summary>
      <div className="absolute right-0 top-full z-10 mt-1 w-64 rounded-xl border border-line bg-surface p-3 shadow-lg">
        <p className="break-words text-sm text-ink-soft">
          Signed in as <span className="font-medium text-ink">{owner}</span>
        </p>
        <form method="post" action="/sign-out" className="mt-3" onSubmit={signOut}>
          <button
            type="submit"
            className="inline-flex min-h-9 w-full items-center justify-center rounded-lg border border-line-strong px-3 text-sm font-medium hover:bg-sunken"
          >
            Sign out
          </button>
        </form>
      </div>
    </details>
  );
}
