import type { Metadata } from "next";
import { PublicCard } from "@/components/frame/public-card";
import { secondaryButton } from "@/components/ui/button";

export const metadata: Metadata = { title: "Signed out" };

type Query = Promise<{ [name: string]: string | string[] | undefined }>;

export default async function SignedOutPage({ searchParams }: { searchParams: Query }) {
  const providerStaysOpen = (await searchParams).provider === "open";
  return (
    <PublicCard
      title="You are signed out"
      actions={
        <a href="/sign-in" className={secondaryButton}>
          Sign in again
        </a>
      }
    >
      <p>Nothing of your capability is kept in this browser.</p>
      {providerStaysOpen && (
        <p role="alert" className="rounded-lg bg-warn-soft p-3 text-ink">
          The sign-in service could not be asked to sign you out as well, so it may still know you. On a
          shared machine, sign out there too, or close the browser.
        </p>
      )}
    </PublicCard>
  );
}
