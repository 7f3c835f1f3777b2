import { PageLink } from "@/components/ui/page-link";
import { isMigrationMail, type MailDelivery } from "@/lib/delivery/mail";
import { MailList } from "./mail-list";
import { UntilSeen } from "./until-seen";

/** Mails that never reached the owner, until they put that away. What they have not seen here stays. */
export function MissedAlerts({ mails }: { mails: readonly MailDelivery[] }) {
  if (mails.length === 0) return null;
  const noun = mails.some(({ kind }) => isMigrationMail(kind)) ? "mail" : "alert";
  return (
    <UntilSeen
      ids={mails.map(({ id }) => id)}
      title={
        mails.length === 1 ? `1 ${noun} never reached you` : `${mails.length} ${noun}s never reached you`
      }
    >
      <MailList mails={mails} />
      <p className="mt-1 text-sm">
        <PageLink href="/alerts" className="link">
          All alerts
        </PageLink>
      </p>
    </UntilSeen>
  );
}
