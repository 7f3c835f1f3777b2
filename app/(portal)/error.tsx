"use client";

import { primaryButton, secondaryButton } from "@/components/ui/button";
import { StatusIcon } from "@/components/ui/status";

/** A page of the portal could not be made. Nothing is known then, and that is what it says. */
export default function PortalError({
  error,
  retry,
}: {
  error: Error & { digest?: string };
  retry: () => void;
}) {
  return (
    <div className="mx-auto max-w-xl py-16">
      <h1 className="flex items-center gap-2.5 text-2xl font-semibold tracking-tight">
        <StatusIcon status="unknown" size={26} />
        Unknown
      </h1>
      <p className="mt-3 text-ink-soft">
        Watchpost could not make this page, so it can't tell how your capability is. This says nothing about
        your capability itself. The fault has been written to the log of the platform.
      </p>
      {error.digest && <p className="mt-2 text-sm text-ink-soft">Reference: {error.digest}</p>}
      <div className="mt-6 flex flex-wrap gap-3">
        <button type="button" onClick={retry} className={primaryButton}>
          Try again
        </button>
        <a href="/" className={secondaryButton}>
          Load the health page anew
        </a>
      </div>
    </div>
  );
}
