import { NotFoundText } from "@/components/frame/not-found-text";

/** Mails link here. An alert is missing if the database lost it, or if it is another tenant's. */
export default function AlertNotFound() {
  return (
    <NotFoundText title="There is no record of this alert" href="/alerts" label="All alerts">
      The address may be mistyped, or the alert belongs to another capability than the one you are viewing. If
      a mail led you here, the platform's database may have lost the alert, as a failover can. A mail of the
      same thread then says so, unless the worker that sent the first one was lost as well. If its signal is
      still failing, a new alert fires with its own mail.
    </NotFoundText>
  );
}
