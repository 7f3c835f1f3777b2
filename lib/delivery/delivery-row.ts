import type { RowOf } from "@/lib/infra/statement";
import { BOUNCE_NOTES, type BounceNote, type MailDelivery, type MailKind } from "./mail";
import type { MAIL_BY_ID } from "./mails-of-tenant/statements";
import type { OutcomeClass } from "./smtp/outcome-class";

/** What pages ask of a row of `mail`. Only this room writes them, so its words are known. */
export type DeliveryRow = RowOf<typeof MAIL_BY_ID>;

export const ms = (date: Date | null) => date?.getTime() ?? null;

export const lastTryOf = (
  row: Pick<DeliveryRow, "last_class" | "last_reply" | "last_tried_at"> | undefined,
): MailDelivery["last"] =>
  row?.last_class && row.last_tried_at
    ? {
        class: row.last_class as OutcomeClass,
        words: row.last_reply ?? "",
        atMs: row.last_tried_at.getTime(),
      }
    : null;

/** A build before 0.3.0 may have written a failure over what isn't final. */
export const noteOf = (row: Pick<DeliveryRow, "bounce_action" | "bounce_note">): BounceNote | null =>
  row.bounce_action === "delayed" ? (BOUNCE_NOTES.find((note) => note === row.bounce_note) ?? null) : null;

export const deliveryOf = (row: DeliveryRow): MailDelivery => ({
  id: row.id,
  kind: row.kind as MailKind,
  recipient: row.recipient,
  threadId: row.thread_id,
  state: row.state,
  createdAtMs: row.created_at.getTime(),
  dueAtMs: row.state === "queued" ? row.due_at.getTime() : null,
  attempts: row.attempts,
  ambiguous: row.ambiguous,
  last: lastTryOf(row),
  acceptedAtMs: ms(row.accepted_at),
  finishedAtMs: ms(row.finished_at),
  bounce:
    row.bounce_action && row.bounced_at
      ? {
          action: row.bounce_action as "failed" | "delayed",
          note: noteOf(row),
          status: row.bounce_status ?? "",
          detail: row.bounce_detail ?? "",
          atMs: row.bounced_at.getTime(),
        }
      : null,
  gotItAtMs: ms(row.got_it_at),
});
