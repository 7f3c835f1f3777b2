import type { Metadata } from "next";
import Link from "next/link";

export const metadata: Metadata = { title: "Signed out · Watchpost" };

type Query = Promise<{ [name: string]: string | string[] | undefined }>;

export default async function SignedOutPage({ searchParams }: { searchParams: Query }) {
  const providerStaysOpen = (await searchParams).provider === "open";
  return (
    <>
      <h1 className="text-2xl font-semibold">You are signed out</h1>
      <p className="mt-3">Nothing of your capability is kept in this browser.</p>
      {providerStaysOpen && (
        <p role="alert" className="mt-3 rounded-md border border-current p-3">
          The sign-in service could not be asked to sign you out as well, so it may still know you. On a
          shared machine, sign out there too, or close the browser.
        </p>
      )}
      <Link
        href="/sign-in"
        className="mt-6 inline-flex min-h-11 items-center rounded-md border border-neutral-400 px-4 py-2 font-medium dark:border-neutral-600"
      >
        Sign in again
      </Link>
    </>
  );
}
