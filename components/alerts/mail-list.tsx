import { StatusIcon } from "@/components/ui/status";
import { Time } from "@/components/ui/zone";
import type { MailDelivery } from "@/lib/delivery/mail";
import { type DeliveryTone, deliveryAtMs, deliveryWords, MAIL_KIND_WORDS } from "./mail-words";

const MARKS: Record<DeliveryTone, Parameters<typeof StatusIcon>[0]["status"]> = {
  good: "ok",
  open: "pending",
  bad: "firing",
  none: "no-traffic",
};

/** Mails and the delivery status of each, oldest first. */
export function MailList({ mails }: { mails: readonly MailDelivery[] }) {
  return (
    <ul className="divide-y divide-line">
      {mails.map((mail) => {
        const { tone, words } = deliveryWords(mail);
        const doneAtMs = deliveryAtMs(mail);
        return (
          <li key={mail.id} className="flex gap-2.5 py-2 text-sm" data-mail={mail.kind} data-delivery={tone}>
            <span className="mt-0.5">
              <StatusIcon status={MARKS[tone]} size={15} />
            </span>
            <div className="min-w-0">
              <p>
                <span className="font-medium">{MAIL_KIND_WORDS[mail.kind]}</span>
                <span className="text-ink-soft">
                  , written <Time atMs={mail.createdAtMs} style="day-clock" withZone />
                </span>
              </p>
              <p className="break-words text-ink-soft">
                {words}
                {doneAtMs !== null && (
                  <>
                    {" "}
                    <Time atMs={doneAtMs} style="clock-seconds" withZone />
                  </>
                )}
                {mail.state === "queued" && mail.dueAtMs !== null && mail.attempts > 0 && (
                  <>
                    {" "}
                    Next try <Time atMs={mail.dueAtMs} style="clock" withZone />.
                  </>
                )}
                {mail.ambiguous > 0 && ` It may have come ${mail.ambiguous + 1} times.`}
              </p>
            </div>
          </li>
        );
      })}
    </ul>
  );
}
