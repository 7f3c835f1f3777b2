import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { PublicCard } from "@/components/frame/public-card";
import { catalogueStore } from "@/lib/catalogue/store";
import { pageFor, type Refusal } from "@/lib/tenancy/access";
import { claimFaultWords } from "@/lib/tenancy/claim-fault";
import { currentAccess } from "@/lib/tenancy/session";
import { SignOutForm } from "../sign-out-form";
import { SignedInAs } from "../signed-in-as";
import { DeletionNoticePage } from "./deletion-notice-page";

export const metadata: Metadata = { title: "No access" };

const REASONS: Record<
  Exclude<Refusal["reason"], "deleted">,
  { heading: string; happened: string; todo: string }
> = {
  "no-tenant": {
    heading: "This account has no capability here",
    happened: "The sign-in worked, but the sign-in service names no capability for this account.",
    todo: "If you own one, sign out and use the account that its onboarding issue names. If that is this account, say so on that issue: the operator connects the two.",
  },
  "unknown-tenant": {
    heading: "This account's capability is not known here",
    happened: "The sign-in service names a capability that this portal has no definition of.",
    todo: "If yours was onboarded a moment ago, try again in a few minutes. If it stays like this, say so on its onboarding issue: the operator sees why.",
  },
  "not-yet-live": {
    heading: "Your capability is not live yet",
    happened: "It is being onboarded. Nothing of it is measured or alerted on before that is done.",
    todo: "There is nothing to set up here. Once the onboarding issue closes, this page becomes your capability's.",
  },
  ended: {
    heading: "Your capability has left the platform",
    happened: "It was offboarded, so there is nothing left to see here.",
    todo: "If that surprises you, ask on the issue of its eviction or offboarding.",
  },
};

export default async function NoAccessPage() {
  const access = await currentAccess();
  if (access.kind !== "refused") redirect(pageFor(access.kind) ?? "/");
  const { name, infraRepositoryUrl } = await catalogueStore.readPlatform();
  const who = <SignedInAs label={access.owner.label} />;
  if (access.reason === "deleted")
    return (
      <DeletionNoticePage deletionNotice={access.deletionNotice} platform={name} actions={<SignOutForm />}>
        {who}
      </DeletionNoticePage>
    );
  const { heading, happened, todo } = REASONS[access.reason];
  const { fault = null, reference } = access.signIn ?? {};
  return (
    <PublicCard title={heading} actions={<SignOutForm />}>
      <p>{fault ? claimFaultWords(fault).happened : happened}</p>
      <p>{todo}</p>
      {fault && (
        <p>
          Send the operator this reference: <code>{reference}</code>. Their log has what the sign-in service
          sent ({fault}).
        </p>
      )}
      {infraRepositoryUrl && (
        <p>
          <a href={`${infraRepositoryUrl}/issues`} className="link">
            The platform's issues
          </a>
        </p>
      )}
      {who}
    </PublicCard>
  );
}
