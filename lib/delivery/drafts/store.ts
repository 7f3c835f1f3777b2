import { database } from "@/lib/infra/db";
import type { Connection } from "@/lib/infra/statement";
import type { AlertMailKind, NewMail } from "../mail";
import { RETRY_HORIZON_MS } from "../smtp/backoff";
import * as sql from "./statements";

/** A mail of an alert as it is written in its slot: with its facts, before it is rendered. */
export type NewDraft = Omit<NewMail, "kind" | "rawTextOnly"> & {
  kind: Exclude<AlertMailKind, "test">;
  /** JSON of what it says (lib/alerts/stored-facts.ts). */
  facts: string;
  /** The lowest is rendered first. */
  renderRank: number;
};

/** A draft that this worker renders until its lease ends. */
export type LeasedDraft = {
  id: string;
  tenantId: string;
  kind: string;
  recipient: string;
  threadId: string | null;
  messageId: string;
  facts: unknown;
  /** Names this lease. */
  lease: string;
  /** Since it was written, by the database's clock. */
  ageMs: number;
};

export type FinishedDraft = Pick<LeasedDraft, "id" | "recipient" | "messageId"> & {
  /** null: it goes out as the short text that it was written with. */
  rendered: { raw: Buffer; rawTextOnly: Buffer | null } | null;
};

/** After this a mail leaves as the short text that it was written with: a mail without its pictures is better than a late one. */
export const RENDER_WITHIN_MS = 5 * 60_000;

/** Each is some 4 kB. */
const ROWS_AT_ONCE = 250;

/** The drafts of the outbox. Every method throws the driver's error when the database can't be asked. */
export type Drafts = {
  /** Writes drafts, in a transaction with what they report, in the order in which they are to leave. */
  enqueue(drafts: AsyncIterable<NewDraft>): Promise<void>;
  /**
   * Leases the drafts that are to be rendered next, by the database's clock, for less than 15 minutes.
   * @param version drafts with facts of a newer one are left to builds that know it
   */
  lease(limit: number, leaseSeconds: number, version: number): Promise<LeasedDraft[]>;
  /** How many drafts wait, leased ones included; never more than `atMost`. */
  count(atMost: number): Promise<number>;
  /**
   * Writes the bytes that every try will send: once, for the first caller. What was readdressed, or tried as it was, meanwhile
   * stays as it is. A written mail can leave. @returns the ids of the mails that were written
   */
  finish(drafts: readonly FinishedDraft[]): Promise<string[]>;
  /**
   * Gives back leases of drafts that weren't rendered. A lease that is over gives nothing back.
   * @param place kept: they are as urgent as before. last: something failed with them, and others may not
   */
  release(leases: readonly Pick<LeasedDraft, "id" | "lease">[], place: "kept" | "last"): Promise<void>;
};

/** The drafts in a database, or in one transaction on it. It is the process's own database unless it is said. */
export function createDrafts(db: Connection = database): Drafts {
  async function insert(drafts: readonly NewDraft[]): Promise<void> {
    const column = <K extends keyof NewDraft>(name: K) => drafts.map((draft) => draft[name]);
    await db.run(
      sql.ENQUEUE_DRAFTS,
      column("id"),
      column("tenantId"),
      column("kind"),
      column("recipient"),
      column("threadId"),
      column("orderKey"),
      column("messageId"),
      column("raw"),
      column("facts"),
      column("renderRank"),
      column("refused"),
      RETRY_HORIZON_MS,
      RENDER_WITHIN_MS,
    );
  }

  return {
    enqueue: async (drafts) => {
      let some: NewDraft[] = [];
      for await (const draft of drafts) {
        some.push(draft);
        if (some.length < ROWS_AT_ONCE) continue;
        await insert(some);
        some = [];
      }
      if (some.length > 0) await insert(some);
    },

    lease: async (limit, leaseSeconds, version) => {
      const rows = await db.rows(sql.LEASE_DRAFTS, limit, leaseSeconds, version);
      return rows.map((row) => ({
        id: row.id,
        tenantId: row.tenant_id,
        kind: row.kind,
        recipient: row.recipient,
        threadId: row.thread_id,
        messageId: row.message_id,
        facts: row.facts,
        lease: row.lease,
        ageMs: row.age_ms,
      }));
    },

    count: async (atMost) => (await db.rows(sql.COUNT_DRAFTS, atMost))[0]?.many ?? 0,

    finish: async (drafts) => {
      if (drafts.length === 0) return [];
      const rows = await db.rows(
        sql.FINISH_DRAFTS,
        drafts.map(({ id }) => id),
        drafts.map(({ recipient }) => recipient),
        drafts.map(({ messageId }) => messageId),
        drafts.map(({ rendered }) => rendered?.raw ?? null),
        drafts.map(({ rendered }) => rendered?.rawTextOnly ?? null),
      );
      return rows.map(({ id }) => id);
    },

    release: async (leases, place) => {
      if (leases.length === 0) return;
      const ids = leases.map(({ id }) => id);
      const names = leases.map(({ lease }) => lease);
      await db.run(sql.RELEASE_DRAFTS, ids, names, place === "kept");
    },
  };
}

/** This process's instance. */
export const drafts = createDrafts();
