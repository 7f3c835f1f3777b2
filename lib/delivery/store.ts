import { database } from "@/lib/infra/db";
import type { Connection } from "@/lib/infra/statement";
import type { TenantScope } from "@/lib/tenant/scope";
import { deliveryOf, lastOf, ms } from "./delivery-row";
import type {
  AddressHealth,
  BounceEffect,
  LeasedMail,
  MailDelivery,
  MailKind,
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

/** The outbox as workers and pages use it. Every method throws the driver's error when the database can't be asked. */
export type Outbox = {
  /**
   * Writes mails: within a transaction, they exist exactly when what they tell of does.
   * Order is that of the list, and of the calls. Calls about the same order key must not run at the same time, which the row
   * lock on the state that they tell of sees to.
   * @returns the state of each mail that is new: queued, or held because its address is known to be bad. One that was there
   *   already (a repeat after a lost COMMIT) is left out.
   */
  enqueue(mails: readonly NewMail[]): Promise<{ id: string; state: MailState }[]>;
  /**
   * Takes back the mails of an alert that no relay can have, so that one combined mail can tell the whole. It belongs into the
   * transaction that writes the combined mail.
   * @returns what was cancelled; mails that are being sent, or may have been, are not among them
   */
  cancelUnsent(tenantId: string, threadId: string): Promise<Pick<NewMail, "id" | "kind" | "recipient">[]>;
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
  /** Sends what waits for an address that isn't its tenant's any more to the new one. @returns how many mails that were */
  readdressMails(limit: number): Promise<number>;
  /** Makes due at once what waits only because the relay was in trouble. @returns how many */
  retryTransportNow(): Promise<number>;
  /** Records what a bounce says: idempotent, and committed when it returns. */
  markBounce(mailId: string, bounce: BounceOutcome): Promise<BounceEffect>;
  /** Clears the addresses of which a mail was accepted and didn't bounce for `quietMs`; their held mails go out. @returns how many */
  clearProvenAddresses(quietMs: number): Promise<number>;
  /** Records what a relay did, and deletes what is older than 30 days. */
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

/** The outbox in a database, or in one transaction on it. It is the process's own database unless it is said. */
export function createOutbox(db: Connection = database): Outbox {
  return {
    enqueue: async (mails) => {
      if (mails.length === 0) return [];
      const column = <K extends keyof NewMail>(name: K) => mails.map((mail) => mail[name]);
      return db.rows(
        sql.ENQUEUE,
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
      );
    },

    cancelUnsent: async (tenantId, threadId) => {
      const rows = await db.rows(sql.CANCEL_UNSENT, tenantId, threadId);
      return rows.map(({ kind, ...mail }) => ({ ...mail, kind: kind as MailKind }));
    },

    leaseDue: async (limit, leaseSeconds) => {
      if (!Number.isSafeInteger(limit) || limit < 1)
        throw new RangeError("A lease takes a whole number of mails.");
      if (!(leaseSeconds > 0 && leaseSeconds < 900))
        throw new RangeError("A lease lasts less than 15 minutes.");
      const rows = await db.rows(sql.LEASE_DUE, limit, leaseSeconds);
      return rows.map(({ tenant_id, lease_token, is_misaddressed, kind, ...mail }) => ({
        ...mail,
        kind: kind as MailKind,
        tenantId: tenant_id,
        leaseToken: lease_token,
        isMisaddressed: is_misaddressed,
      }));
    },

    complete: async ({ id, leaseToken }, outcome, retryInMs) => {
      const [done] = await db.rows(sql.COMPLETE, id, leaseToken, outcome.class, outcome.words, retryInMs);
      return done?.state ?? null;
    },

    accept: async (mails) => {
      const ids = mails.map(({ id }) => id);
      await db.run(
        sql.ACCEPT,
        ids,
        mails.map(({ words }) => words),
      );
    },

    release: async (mails) => {
      if (mails.length > 0) {
        const tokens = mails.map(({ leaseToken }) => leaseToken);
        await db.run(sql.RELEASE, tokens);
      }
    },

    readdressMails: (limit) => db.transaction((tx) => readdressMails(tx, limit)),

    retryTransportNow: () => db.run(sql.RETRY_TRANSPORT_NOW),

    markBounce: async (mailId, { action, status, detail, addressIsBad }) => {
      const [said] = await db.rows(sql.MARK_BOUNCE, mailId, action, status ?? "", detail, addressIsBad);
      if (!said?.known) return "unknown-mail";
      return said.fresh ? "recorded" : "duplicate";
    },

    clearProvenAddresses: async (quietMs) => (await db.rows(sql.CLEAR_PROVEN, quietMs)).length,

    recordRelay: async ({ relay, ok, reason, breaker }) => {
      await db.run(sql.RECORD_RELAY, relay, ok, reason, breaker);
      await db.run(sql.PRUNE_RELAY);
    },

    relayStates: async () => {
      const rows = await db.rows(sql.RELAY_STATES);
      return rows.map(({ at, ...state }) => ({ ...state, atMs: at.getTime() }));
    },

    oldestDue: async () => {
      const [row] = await db.rows(sql.OLDEST_DUE);
      return {
        due: row?.due ?? 0,
        waitedMs: Math.max(0, row?.waited_ms ?? 0),
        undeliveredMs: Math.max(0, row?.undelivered_ms ?? 0),
      };
    },

    queueSummary: async ({ tenantId }) => {
      const [[row], [last]] = await Promise.all([
        db.rows(sql.QUEUE_SUMMARY, tenantId),
        db.rows(sql.LAST_TRIED, tenantId),
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

    mailsOf: async ({ tenantId }, threadId) =>
      (await db.rows(sql.MAILS_OF_ALERT, tenantId, threadId)).map(deliveryOf),
    mail: async ({ tenantId }, mailId) => {
      const [row] = await db.rows(sql.MAIL_BY_ID, tenantId, mailId);
      return row ? deliveryOf(row) : null;
    },
    notReceived: async ({ tenantId }) => (await db.rows(sql.MAILS_NOT_RECEIVED, tenantId)).map(deliveryOf),
    dismiss: async ({ tenantId }, mailIds, by) => {
      await db.run(sql.DISMISS, tenantId, mailIds, by);
    },
    mailsOfAll: async ({ tenantId }, threadIds) =>
      (await db.rows(sql.MAILS_OF_ALERTS, tenantId, threadIds)).map(deliveryOf),
    mailsOfNone: async ({ tenantId }, limit) =>
      (await db.rows(sql.MAILS_OF_NO_ALERT, tenantId, limit)).map(deliveryOf),
    lastAlertMail: async ({ tenantId }) => {
      const [row] = await db.rows(sql.LAST_ALERT_MAIL, tenantId);
      return ms(row?.accepted_at ?? null);
    },
    gotIt: async ({ tenantId }, mailId) => {
      const [row] = await db.rows(sql.GOT_IT, mailId, tenantId);
      return row?.seen === 1;
    },
    badAddresses: async ({ tenantId }) => {
      const rows = await db.rows(sql.ADDRESS_HEALTH, tenantId);
      return rows.map(({ recipient, bad_since, reason }) => ({
        recipient,
        reason,
        badSinceMs: bad_since.getTime(),
      }));
    },
  };
}

/** Of this process. */
export const outbox = createOutbox();
