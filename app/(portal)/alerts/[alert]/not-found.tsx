import { secondaryButton } from "@/components/ui/button";
import { PageLink } from "@/components/ui/page-link";

/** Mails link here. An alert is missing if the database lost it, or if it is another tenant's. */
export default function AlertNotFound() {
  return (
    <div className="mx-auto max-w-xl py-16">
      <title>Not found · Watchpost</title>
      <h1 className="text-2xl font-semibold tracking-tight">There is no record of this alert</h1>
      <p className="mt-3 text-ink-soft">
        The address may be mistyped, or the alert belongs to another capability than the one you are viewing.
        If a mail led you here, the platform's database may have lost the alert, as a failover can. A mail of
        the same thread then says so, unless the worker that sent the first one was lost as well. If its
        signal is still failing, a new alert fires with its own mail.
      </p>
      <p className="mt-6">
        <PageLink href="/alerts" className={secondaryButton}>
          All alerts
        </PageLink>
      </p>
    </div>
  );
}
