import type { MailDelivery, MailState } from "./mail";
import type { SmtpOutcome } from "./smtp/outcome";

/** What pages ask of a row of `mail`, as the driver gives it. */
export type DeliveryRow = {
  id: string;
  kind: MailDelivery["kind"];
  recipient: string;
  episode_key: string | null;
  state: MailState;
  created_at: Date;
  due_at: Date;
  attempts: number;
  ambiguous: number;
  last_class: SmtpOutcome["class"] | null;
  last_reply: string | null;
  last_tried_at: Date | null;
  accepted_at: Date | null;
  finished_at: Date | null;
  bounce_action: "failed" | "delayed" | null;
  bounce_status: string | null;
  bounce_detail: string | null;
  bounced_at: Date | null;
  got_it_at: Date | null;
};

export const ms = (date: Date | null) => date?.getTime() ?? null;

export const lastOf = (
  row: Pick<DeliveryRow, "last_class" | "last_reply" | "last_tried_at"> | undefined,
): MailDelivery["last"] =>
  row?.last_class && row.last_tried_at
    ? { class: row.last_class, words: row.last_reply ?? "", atMs: row.last_tried_at.getTime() }
    : null;

export const deliveryOf = (row: DeliveryRow): MailDelivery => ({
  id: row.id,
  kind: row.kind,
  recipient: row.recipient,
  threadId: row.episode_key,
  state: row.state,
  createdAtMs: row.created_at.getTime(),
  dueAtMs: row.state === "queued" ? row.due_at.getTime() : null,
  attempts: row.attempts,
  ambiguous: row.ambiguous,
  last: lastOf(row),
  acceptedAtMs: ms(row.accepted_at),
  finishedAtMs: ms(row.finished_at),
  bounce:
    row.bounce_action && row.bounced_at
      ? {
          action: row.bounce_action,
          status: row.bounce_status ?? "",
          detail: row.bounce_detail ?? "",
          atMs: row.bounced_at.getTime(),
        }
      : null,
  gotItAtMs: ms(row.got_it_at),
});
