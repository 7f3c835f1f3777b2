import type { Metadata, Route } from "next";
import { redirect } from "next/navigation";
import { PublicCard } from "@/components/frame/public-card";
import { primaryButton } from "@/components/ui/button";
import { safePath } from "@/lib/doorway/safe-path";
import { log } from "@/lib/infra/log";
import { pageFor } from "@/lib/tenancy/access";
import {
  SIGN_IN_FAILURES,
  type SignInFailureCode,
  signInHeading,
  signInSentence,
} from "@/lib/tenancy/failure";
import { currentAccess } from "@/lib/tenancy/session";

export const metadata: Metadata = { title: "Sign in" };

type Query = Promise<{ [name: string]: string | string[] | undefined }>;

export default async function SignInPage({ searchParams }: { searchParams: Query }) {
  const { error, callbackUrl } = await searchParams;
  const returnTo = safePath(typeof callbackUrl === "string" ? callbackUrl : null);
  let failure: SignInFailureCode | null = SIGN_IN_FAILURES.find((code) => code === error) ?? null;

  const kind = await accessKind();
  if (kind === null) failure ??= "database-unreachable";
  else if (kind !== "signed-out") redirect(pageFor(kind) ?? (returnTo as Route));

  return (
    <PublicCard
      title="Sign in"
      actions={
        <form action="/api/auth/signin/oidc" method="post" className="w-full">
          <input type="hidden" name="callbackUrl" value={returnTo} />
          <button type="submit" className={`${primaryButton} w-full`}>
            {failure && failure !== "state-mismatch" ? "Try again" : "Sign in"}
          </button>
        </form>
      }
    >
      {failure && (
        <div role="alert" className="rounded-lg bg-bad-soft p-3 text-ink">
          <p className="font-medium">{signInHeading(failure)}</p>
          <p className="mt-1">{signInSentence(failure)}</p>
        </div>
      )}
      <p>Is your capability healthy right now? And if it isn't, is the problem yours or the platform's?</p>
      <p>
        For owners of capabilities on this platform. You sign in with the account that your onboarding named,
        and land in your own capability.
      </p>
    </PublicCard>
  );
}

/** null where the database can't say: this page must come up even then, and say so. */
async function accessKind() {
  try {
    return (await currentAccess()).kind;
  } catch (error) {
    log.error({ event: "access-unknown", err: error }, "The sign-in page could not ask the database.");
    return null;
  }
}
