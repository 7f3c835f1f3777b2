import type { Pool, QueryResult } from "pg";
import { connectionPool, inTransaction, type Prepared } from "@/lib/infra/db";
import type { TenantScope } from "@/lib/tenant/scope";
import { type DeliveryRow, deliveryOf, lastOf, ms } from "./delivery-row";
import type {
  AddressHealth,
  BounceEffect,
  LeasedMail,
  MailDelivery,
  MailState,
  NewMail,
  QueueSummary,
  RelayState,
} from "./mail";
import { readdressMails } from "./readdress-mails";
import { RETRY_HORIZON_MS } from "./smtp/backoff";
import type { BounceOutcome } from "./smtp/dsn";
import type { OutcomeClass } from "./smtp/outcome";
import * as sql from "./statements";

/** A connection, or a transaction on one. */
export type Queryable = Pick<Pool, "query">;

/**
 * Writes mails into the outbox, in the caller's transaction: they exist exactly when what they tell of does.
 * Order is that of the list, and of the calls. Calls about the same order key must not run at the same time, which the row
 * lock on the state that they tell of sees to.
 * @param tx the transaction of the change
 * @returns the state of each mail that is new: queued, or held because its address is known to be bad. One that was there
 *   already (a repeat after a lost COMMIT) is left out.
 */
export async function enqueue(
  tx: Queryable,
  mails: readonly NewMail[],
): Promise<{ id: string; state: MailState }[]> {
  if (mails.length === 0) return [];
  const column = <K extends keyof NewMail>(name: K) => mails.map((mail) => mail[name]);
  const { rows } = await tx.query<{ id: string; state: MailState }>(sql.ENQUEUE, [
    column("id"),
    column("tenantId"),
    column("kind"),
    column("recipient"),
    column("threadId"),
    column("orderKey"),
    column("messageId"),
    column("raw"),
    column("rawTextOnly"),
    RETRY_HORIZON_MS,
    column("refused"),
  ]);
  return rows;
}

/**
 * Takes back the mails of an alert that no relay can have, so that one combined mail can tell the whole.
 * @param tx the transaction that writes the combined mail
 * @returns what was cancelled; mails that are being sent, or may have been, are not among them
 */
export async function cancelUnsent(
  tx: Queryable,
  tenantId: string,
  threadId: string,
): Promise<Pick<NewMail, "id" | "kind" | "recipient">[]> {
  const { rows } = await tx.query<Pick<NewMail, "id" | "kind" | "recipient">>(sql.CANCEL_UNSENT, [
    tenantId,
    threadId,
  ]);
  return rows;
}

/** The outbox as workers and pages use it. Every method throws the driver's error when the database can't be asked. */
export type Outbox = {
  /** Leases up to `limit` due mails by the database's clock, for less than 15 minutes. Lease no more than can be sent at once. */
  leaseDue(limit: number, leaseSeconds: number): Promise<LeasedMail[]>;
  /**
   * Records what a try without acceptance came to, where the lease is still held.
   * @param retryInMs when to try again, where the outcome allows it and the horizon isn't reached
   * @returns the mail's state now, or null when the lease is lost and nothing was changed
   */
  complete(
    mail: Pick<LeasedMail, "id" | "leaseToken">,
    outcome: { class: Exclude<OutcomeClass, "accepted">; words: string },
    retryInMs: number,
  ): Promise<MailState | null>;
  /** Records acceptances, which count whoever holds the leases by now. */
  accept(mails: readonly { id: string; words: string }[]): Promise<void>;
  /** Gives back leases whose mails were not tried. */
  release(mails: readonly Pick<LeasedMail, "leaseToken">[]): Promise<void>;
  /** Sends what waits for an address that isn't its tenant's any more to the new one. @returns how many mails it moved */
  moveMails(limit: number): Promise<number>;
  /** Makes due at once what waits only because the relay was in trouble. @returns how many */
  retryTransportNow(): Promise<number>;
  /** Records what a bounce says: idempotent, and committed when it returns. */
  markBounce(mailId: string, verdict: BounceOutcome): Promise<BounceEffect>;
  /** Clears the addresses of which a mail was accepted and didn't bounce for `quietMs`; their held mails go out. @returns how many */
  clearProvenAddresses(quietMs: number): Promise<number>;
  /** Records what a relay did, and forgets what is older than 30 days. */
  recordRelay(check: Omit<RelayState, "atMs">): Promise<void>;
  /** The newest record of each relay. */
  relayStates(): Promise<RelayState[]>;
  /** Of all tenants: how many mails could leave now, and for how long the oldest has waited, in ms; 0 when there is none. */
  oldestDue(): Promise<QueueAge>;

  queueSummary(scope: TenantScope): Promise<QueueSummary>;
  /** The mails of one alert, oldest first. */
  mailsOf(scope: TenantScope, threadId: string): Promise<MailDelivery[]>;
  /** One mail, or null when this tenant has none of that id. */
  mail(scope: TenantScope, mailId: string): Promise<MailDelivery | null>;
  /** Mails that failed, are held or bounced for good, newest first, at most 100, until dismissed. */
  notReceived(scope: TenantScope): Promise<MailDelivery[]>;
  /** Puts such notices away, for good. @param by the owner's label, for the record */
  dismiss(scope: TenantScope, mailIds: readonly string[], by: string): Promise<void>;
  /** The mails of several alerts' threads, oldest first. */
  mailsOfAll(scope: TenantScope, threadIds: readonly string[]): Promise<MailDelivery[]>;
  /** The newest mails that belong to no alert: tests, and missing data while nothing fired. */
  mailsOfNone(scope: TenantScope, limit: number): Promise<MailDelivery[]>;
  /** When a relay took the newest alert mail, tests left out; null: none yet. */
  lastAlertMail(scope: TenantScope): Promise<number | null>;
  /** The owner says that an accepted mail arrived, which proves its address good. @returns false when there is no such mail */
  gotIt(scope: TenantScope, mailId: string): Promise<boolean>;
  /** The tenant's addresses that are known to be bad. */
  badAddresses(scope: TenantScope): Promise<AddressHealth[]>;
};

/** Of all tenants' queued mails. */
export type QueueAge = {
  /** Could leave now. */
  due: number;
  /** For how long the oldest of those has been due. */
  waitedMs: number;
  /** Since when the oldest is written that waits for a worker or the relay, and for no recipient's sake. */
  undeliveredMs: number;
};

type LeaseRow = Omit<LeasedMail, "tenantId" | "leaseToken" | "isMoved"> & {
  tenant_id: string;
  lease_token: string;
  is_moved: boolean;
};

/** The outbox in the database of a pool. */
export function createOutbox(pool: Pool): Outbox {
  const run = async <R extends object>(
    statement: string | Prepared,
    values: unknown[] = [],
  ): Promise<R[]> => {
    const asked = typeof statement === "string" ? { text: statement } : statement;
    return (await pool.query<R>({ ...asked, values })).rows;
  };
  const deliveries = async (text: string, values: unknown[]) =>
    (await run<DeliveryRow>(text, values)).map(deliveryOf);

  return {
    leaseDue: async (limit, leaseSeconds) => {
      const results: unknown = await pool.query(sql.leaseDue(limit, leaseSeconds));
      const [, leased] = results as [unknown, QueryResult<LeaseRow>]; // one result per statement, which pg's types don't know
      return leased.rows.map(
        ({ tenant_id: tenantId, lease_token: leaseToken, is_moved: isMoved, ...mail }) => ({
          ...mail,
          tenantId,
          leaseToken,
          isMoved,
        }),
      );
    },

    complete: async ({ id, leaseToken }, outcome, retryInMs) => {
      const values = [id, leaseToken, outcome.class, outcome.words, retryInMs];
      const [done] = await run<{ state: MailState }>(sql.COMPLETE, values);
      return done?.state ?? null;
    },

    accept: async (mails) => {
      const values = [mails.map(({ id }) => id), mails.map(({ words }) => words)];
      // Prepared once per connection: this runs for every mail.
      await pool.query({ name: "accept", text: sql.ACCEPT, values });
    },

    release: async (mails) => {
      if (mails.length > 0) await run(sql.RELEASE, [mails.map(({ leaseToken }) => leaseToken)]);
    },

    moveMails: (limit) =>
      inTransaction(pool, (client) =>
        readdressMails(
          async <R extends object>(text: string, values: unknown[]) =>
            (await client.query<R>(text, values)).rows,
          limit,
        ),
      ),

    retryTransportNow: async () => (await pool.query(sql.HASTEN_TRANSPORT)).rowCount ?? 0,

    markBounce: async (mailId, { action, status, detail, addressIsBad }) => {
      const values = [mailId, action, status ?? "", detail, addressIsBad];
      const [said] = await run<{ known: number; fresh: number }>(sql.MARK_BOUNCE, values);
      if (!said?.known) return "unknown-mail";
      return said.fresh ? "recorded" : "duplicate";
    },

    clearProvenAddresses: async (quietMs) => (await run(sql.CLEAR_PROVEN, [quietMs])).length,

    recordRelay: async ({ relay, ok, reason, breaker }) => {
      await run(sql.RECORD_RELAY, [relay, ok, reason, breaker]);
      await run(sql.PRUNE_RELAY);
    },

    relayStates: async () => {
      const rows = await run<Omit<RelayState, "atMs"> & { at: Date }>(sql.RELAY_STATES);
      return rows.map(({ at, ...state }) => ({ ...state, atMs: at.getTime() }));
    },

    oldestDue: async () => {
      const [row] = await run<{ due: number; waited_ms: number | null; undelivered_ms: number | null }>(
        sql.OLDEST_DUE,
      );
      return {
        due: row?.due ?? 0,
        waitedMs: Math.max(0, row?.waited_ms ?? 0),
        undeliveredMs: Math.max(0, row?.undelivered_ms ?? 0),
      };
    },

    queueSummary: async ({ tenantId }) => {
      const [[row], [last]] = await Promise.all([
        run<
          Record<"queued" | "sending" | "held" | "not_received", number> &
            Record<"oldest_due" | "oldest_open" | "last_accepted", Date | null>
        >(sql.QUEUE_SUMMARY, [tenantId]),
        run<DeliveryRow>(sql.LAST_TRIED, [tenantId]),
      ]);
      return {
        queued: row?.queued ?? 0,
        sending: row?.sending ?? 0,
        held: row?.held ?? 0,
        notReceived: row?.not_received ?? 0,
        oldestDueAtMs: ms(row?.oldest_due ?? null),
        oldestOpenAtMs: ms(row?.oldest_open ?? null),
        lastAcceptedAtMs: ms(row?.last_accepted ?? null),
        last: lastOf(last),
      };
    },

    mailsOf: ({ tenantId }, threadId) => deliveries(sql.MAILS_OF_ALERT, [tenantId, threadId]),
    mail: async ({ tenantId }, mailId) => (await deliveries(sql.MAIL_BY_ID, [tenantId, mailId]))[0] ?? null,
    notReceived: ({ tenantId }) => deliveries(sql.MAILS_NOT_RECEIVED, [tenantId]),
    dismiss: async ({ tenantId }, mailIds, by) => {
      await run(sql.DISMISS, [tenantId, mailIds, by]);
    },
    mailsOfAll: ({ tenantId }, threadIds) => deliveries(sql.MAILS_OF_ALERTS, [tenantId, threadIds]),
    mailsOfNone: ({ tenantId }, limit) => deliveries(sql.MAILS_OF_NO_ALERT, [tenantId, limit]),
    lastAlertMail: async ({ tenantId }) => {
      const [row] = await run<{ accepted_at: Date }>(sql.LAST_ALERT_MAIL, [tenantId]);
      return ms(row?.accepted_at ?? null);
    },
    gotIt: async ({ tenantId }, mailId) => {
      const [row] = await run<{ seen: number }>(sql.GOT_IT, [mailId, tenantId]);
      return row?.seen === 1;
    },
    badAddresses: async ({ tenantId }) => {
      const rows = await run<{ recipient: string; bad_since: Date; reason: string }>(sql.ADDRESS_HEALTH, [
        tenantId,
      ]);
      return rows.map(({ recipient, bad_since, reason }) => ({
        recipient,
        reason,
        badSinceMs: bad_since.getTime(),
      }));
    },
  };
}

/** The outbox in this process's database. */
export const outbox = (): Outbox => createOutbox(connectionPool());
