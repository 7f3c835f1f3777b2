import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { PublicCard } from "@/components/frame/public-card";
import { secondaryButton } from "@/components/ui/button";
import { pageFor } from "@/lib/tenancy/access";
import { currentAccess } from "@/lib/tenancy/session";
import { SignOutForm } from "../sign-out-form";
import { SignedInAs } from "../signed-in-as";

export const metadata: Metadata = { title: "Choose a capability" };

export default async function ChoosePage() {
  const access = await currentAccess();
  if (access.kind !== "choose") redirect(pageFor(access.kind) ?? "/");
  return (
    <PublicCard title="Which capability?" actions={<SignOutForm />}>
      <p>
        You own several. This session belongs to the one you choose, until you sign out. For another, sign out
        and sign in again.
      </p>
      <form action="/choose/confirm" method="post">
        <ul className="space-y-2">
          {access.tenants.map((tenant) => (
            <li key={tenant.id}>
              <button
                type="submit"
                name="tenant"
                value={tenant.id}
                className={`${secondaryButton} w-full justify-start text-left`}
              >
                {tenant.name}
              </button>
            </li>
          ))}
        </ul>
      </form>
      <SignedInAs label={access.owner.label} />
    </PublicCard>
  );
}
