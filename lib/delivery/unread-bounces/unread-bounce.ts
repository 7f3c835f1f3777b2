import { withoutReturnPaths } from "../smtp/return-path";

/** Something that came back to a mail and could not be read. */
export type UnreadBounce = {
  /** Counts up; `--show` takes it. */
  id: string;
  receivedAtMs: number;
  tenantId: string;
  mailId: string;
  /** The whole message's, in bytes. */
  size: number;
  reason: string;
};

/** One line for people, in columns: time in UTC, number, tenant, mail, size, why it can't be read. */
export function unreadBounceLine({ id, receivedAtMs, tenantId, mailId, size, reason }: UnreadBounce): string {
  const at = new Date(receivedAtMs).toISOString().replace("T", " ").slice(0, 19);
  return `${at}  ${id.padStart(6)}  ${tenantId.padEnd(20)}  ${mailId}  ${String(size).padStart(7)} B  ${reason}`;
}

/** The kept beginning as text. Anybody may have written it, and a terminal obeys control characters. */
export function unreadBounceText(head: Buffer): string {
  const text = withoutReturnPaths(head.toString("utf8"));
  return `${text.replace(/\r\n?/g, "\n").replace(/[^\P{C}\n\t]/gu, "?")}\n`;
}
