import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { safePath } from "@/lib/doorway/safe-path";
import { log } from "@/lib/log";
import { pageFor } from "@/lib/tenancy/access";
import { SIGN_IN_FAILURES, type SignInFailureCode, signInSentence } from "@/lib/tenancy/failure";
import { currentAccess } from "@/lib/tenancy/session";

export const metadata: Metadata = { title: "Sign in · Watchpost" };

type Query = Promise<{ [name: string]: string | string[] | undefined }>;

export default async function SignInPage({ searchParams }: { searchParams: Query }) {
  const { error, callbackUrl } = await searchParams;
  const returnTo = safePath(typeof callbackUrl === "string" ? callbackUrl : null);
  let failure: SignInFailureCode | null = SIGN_IN_FAILURES.find((code) => code === error) ?? null;

  const kind = await accessKind();
  if (kind === null) failure ??= "database-unreachable";
  else if (kind !== "signed-out") redirect(pageFor(kind) ?? returnTo);

  return (
    <>
      <h1 className="text-2xl font-semibold">Watchpost</h1>
      <p className="mt-3">
        Whether your capability is healthy right now, with its trend, and whose problem it is when it is not.
      </p>
      {failure && (
        <div role="alert" className="mt-5 rounded-md border border-current p-3">
          <p className="font-medium">You are not signed in.</p>
          <p className="mt-1">{signInSentence(failure)}</p>
        </div>
      )}
      <form action="/api/auth/signin/oidc" method="post" className="mt-6">
        <input type="hidden" name="callbackUrl" value={returnTo} />
        <button
          type="submit"
          className="min-h-11 w-full rounded-md bg-neutral-900 px-4 py-2 font-medium text-white dark:bg-neutral-100 dark:text-neutral-900"
        >
          {failure ? "Try again" : "Sign in"}
        </button>
      </form>
      <p className="mt-4 text-sm">
        For owners of capabilities on this platform. You sign in with the account that your onboarding named,
        and land in your own capability.
      </p>
    </>
  );
}

/** null where the database can't say: this page must come up even then, and tell. */
async function accessKind() {
  try {
    return (await currentAccess()).kind;
  } catch (error) {
    log.error({ event: "access-unknown", error }, "The sign-in page could not ask the database.");
    return null;
  }
}
