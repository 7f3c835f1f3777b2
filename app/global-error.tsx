"use client";

import "./globals.css";
import { PublicCard } from "@/components/frame/public-card";
import { primaryButton } from "@/components/ui/button";

/** Even the frame could not be made: a page of its own, with nothing that could fail again. */
export default function GlobalError({ error }: { error: Error & { digest?: string } }) {
  return (
    <html lang="en">
      <body>
        <title>Unknown · Watchpost</title>
        <PublicCard
          title="Watchpost can't answer right now"
          actions={
            <a href="/" className={primaryButton}>
              Try again
            </a>
          }
        >
          <p>
            Nothing is known of your capability at this moment. This says nothing about the capability itself.
            The fault has been written to the log of the platform.
          </p>
          {error.digest && <p className="text-sm">Reference: {error.digest}</p>}
        </PublicCard>
      </body>
    </html>
  );
}
