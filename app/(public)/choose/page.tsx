import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { pageFor } from "@/lib/tenancy/access";
import { currentAccess } from "@/lib/tenancy/session";
import { SignOutForm } from "../sign-out-form";

export const metadata: Metadata = { title: "Choose a capability · Watchpost" };

export default async function ChoosePage() {
  const access = await currentAccess();
  if (access.kind !== "choose") redirect(pageFor(access.kind) ?? "/");
  return (
    <>
      <h1 className="text-2xl font-semibold">Which capability?</h1>
      <p className="mt-3">
        You own several. This session belongs to the one you choose, until you sign out; for another, sign in
        again.
      </p>
      <form action="/choose/confirm" method="post" className="mt-6">
        <ul className="space-y-3">
          {access.tenants.map((tenant) => (
            <li key={tenant.id}>
              <button
                type="submit"
                name="tenant"
                value={tenant.id}
                className="min-h-11 w-full rounded-md border border-neutral-400 px-4 py-2 text-left font-medium dark:border-neutral-600"
              >
                {tenant.name}
              </button>
            </li>
          ))}
        </ul>
      </form>
      <p className="mt-5 text-sm">
        Signed in as <span className="font-medium break-all">{access.owner.label}</span>.
      </p>
      <SignOutForm />
    </>
  );
}
