import { randomUUID } from "node:crypto";
import { isMailAddress } from "@/lib/infra/mail-address";
import type { Connection } from "@/lib/infra/statement";
import { NOT_AN_ADDRESS } from "../message";
import { readdressed } from "./readdressed";
import * as sql from "./statements";

/**
 * Sends waiting mails to where their tenants' alerts go now: queued ones, and those that were held because the old address was
 * bad. They keep their place in the order.
 *
 * The row of a mail that the old address may have got ends, and another takes its place: should the old one bounce later, that
 * must not call the new address bad.
 * @param tx one transaction
 * @returns how many were readdressed
 */
export async function readdressMails(tx: Connection, limit: number): Promise<number> {
  const rows = await tx.rows(sql.MISADDRESSED, limit);
  for (const row of rows) {
    const isGood = isMailAddress(row.recipient);
    if (!isGood) await tx.run(sql.CALL_REFUSED, row.tenant_id, row.recipient, NOT_AN_ADDRESS);
    const id = row.may_have_left ? randomUUID() : row.id;
    const messageId = row.may_have_left ? row.message_id.replace(/^<[^@]*/, `<${id}`) : row.message_id;
    const head = { to: isGood ? row.recipient : null, messageId };
    const textOnly = row.raw_text_only && readdressed(row.raw_text_only, head);
    const values = [row.id, row.recipient, messageId, readdressed(row.raw, head), textOnly, !isGood] as const;
    if (row.may_have_left) {
      await tx.run(sql.CANCEL_READDRESSED, row.id);
      await tx.run(sql.COPY_READDRESSED, ...values, id, row.seq);
    } else {
      await tx.run(sql.READDRESS, ...values);
    }
  }
  return rows.length;
}
