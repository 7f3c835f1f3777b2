import { database } from "@/lib/infra/db";
import type { Connection, RowOf } from "@/lib/infra/statement";
import type { TenantScope } from "@/lib/tenant/scope";
import { deliveryOf, lastTryOf, ms } from "./delivery-row";
import type {
  AddressHealth,
  BounceEffect,
  LeasedMail,
  LeftOut,
  MailDelivery,
  MailKind,
  MailState,
  NewMail,
  QueueSummary,
  RelayState,
} from "./mail";
import * as mailsOfTenant from "./mails-of-tenant/statements";
import { NOT_AN_ADDRESS } from "./message";
import { readdressMails } from "./readdress/readdress-mails";
import { RETRY_HORIZON_MS } from "./smtp/backoff";
import type { BounceOutcome } from "./smtp/bounce-outcome";
import type { OutcomeClass } from "./smtp/outcome-class";
import * as sql from "./statements";

/** A thread of one tenant's mails. */
export type TenantThread = { tenantId: string; threadId: string };

/** The outbox as workers and pages use it. Every method throws the driver's error when the database can't be asked. */
export type Outbox = {
  /**
   * Writes mails: within a transaction, they exist exactly when what they report does.
   * Order is that of the list, and of the calls. Calls about the same order key must not run at the same time, which the row
   * lock on the state that they report ensures.
   * @returns the state of each mail that is new: queued, or held because its address is known to be bad. One that was there
   *   already (a repeat after a lost COMMIT) is left out.
   */
  enqueue(mails: readonly NewMail[]): Promise<{ id: string; state: MailState }[]>;
  /**
   * Takes back the mails of these threads that no relay can have, so that one combined mail of each can report the whole. It
   * belongs in the transaction that writes the combined mails.
   * @returns what was cancelled; mails that are being sent, or may have been, are not among them
   */
  cancelUnsent(threads: readonly TenantThread[]): Promise<Pick<NewMail, "id" | "kind" | "recipient">[]>;
  /**
   * Leases up to `limit` due mails by the database's clock, for less than 15 minutes. Lease no more than can be sent at once.
   * @param leftOut whose mails wait; nobody's unless it is said
   */
  leaseDue(limit: number, leaseSeconds: number, leftOut?: LeftOut): Promise<LeasedMail[]>;
  /** Leases one due mail to find out whether the relay is back: one that hasn't failed, if there is any. */
  leaseProbe(leaseSeconds: number): Promise<LeasedMail[]>;
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
  /** Records acceptances, which count under any lease. @param settings those of the relay; without them it isn't known which it was */
  accept(mails: readonly { id: string; words: string }[], settings?: string): Promise<void>;
  /** Gives back leases whose mails were not tried. */
  release(mails: readonly Pick<LeasedMail, "leaseToken">[]): Promise<void>;
  /** Sends what waits for an address that isn't its tenant's any more to the new one. @returns how many mails that were */
  readdressMails(limit: number): Promise<number>;
  /** Makes due at once what waits only because the relay was failing. @returns how many */
  retryTransportNow(): Promise<number>;
  /** Makes due at once what the relay's old settings may have been refused for, if the newest record of a relay has others. */
  retryUnderNewSettings(settings: string): Promise<number>;
  /** Tries each bad address with one held mail, once a day and when the relay's settings change. @returns how many mails */
  tryHeld(settings: string): Promise<number>;
  /** Takes back that these addresses are bad, and what followed, since the relay refuses everybody. */
  withdrawBadAddresses(recipients: readonly string[]): Promise<void>;
  /** The recipients that were refused though the relay has accepted others' mails since. */
  refusedBesideOthers(): Promise<string[]>;
  /** The tenants that haven't ended whose contact addresses aren't written in ASCII. */
  addressesOutsideAscii(): Promise<{ id: string; contactAddress: string }[]>;
  /** The address that a mail was sent to; null when its row is gone. */
  recipientOf(mailId: string): Promise<string | null>;
  /**
   * Records what a bounce says: idempotent, and committed when it returns.
   * @param kept the beginning of what can't be read, for the operator, and the size of the whole in bytes
   */
  markBounce(
    mailId: string,
    bounce: Omit<BounceOutcome, "whose">,
    kept?: { head: Buffer; size: number },
  ): Promise<BounceEffect>;
  /** Clears addresses with a mail that was accepted without a bounce for `quietMs`; their held mails go out. @returns how many */
  bringForward(): Promise<number>;
  clearProvenAddresses(quietMs: number): Promise<number>;
  /** Records what a relay did, and deletes what is older than 30 days. */
  recordRelay(check: Omit<RelayState, "atMs"> & { settings?: string }): Promise<void>;
  /** Whether the relay of these settings accepted a mail within this time, of whichever worker. */
  isAcceptedWithin(ageMs: number, settings: string): Promise<boolean>;
  /** The newest record of each relay. */
  relayStates(): Promise<RelayState[]>;
  /** For all tenants: how many mails could leave now, and for how long the oldest has waited, in ms; 0 when there is none. */
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

/** All tenants' queued mails. */
export type QueueAge = {
  /** Could leave now. */
  due: number;
  /** For how long the oldest of those has been due. */
  waitedMs: number;
  /** When the oldest was written that waits for a worker or the relay, and not because of its recipient. */
  undeliveredMs: number;
};

const leasedMailOf = ({
  tenant_id,
  thread_id,
  lease_token,
  is_misaddressed,
  is_short,
  kind,
  ...mail
}: RowOf<typeof sql.LEASE_DUE>): LeasedMail => ({
  ...mail,
  kind: kind as MailKind,
  tenantId: tenant_id,
  threadId: thread_id,
  leaseToken: lease_token,
  isMisaddressed: is_misaddressed,
  isShort: is_short,
});

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

    cancelUnsent: async (threads) => {
      const rows = await db.rows(
        sql.CANCEL_UNSENT,
        threads.map(({ tenantId }) => tenantId),
        threads.map(({ threadId }) => threadId),
      );
      return rows.map(({ kind, ...mail }) => ({ ...mail, kind: kind as MailKind }));
    },

    leaseDue: async (limit, leaseSeconds, leftOut) => {
      if (!Number.isSafeInteger(limit) || limit < 1)
        throw new RangeError("A lease takes a whole number of mails.");
      if (!(leaseSeconds > 0 && leaseSeconds < 900))
        throw new RangeError("A lease lasts less than 15 minutes.");
      if (!leftOut) return (await db.rows(sql.LEASE_DUE, limit, leaseSeconds)).map(leasedMailOf);
      const { tenantIds, domains } = leftOut;
      const rows = await db.transaction(async (tx) => {
        await tx.run(sql.KEEP_TO_DUE_INDEX);
        return tx.rows(sql.LEASE_OTHERS, limit, leaseSeconds, tenantIds, domains);
      });
      return rows.map(leasedMailOf);
    },

    leaseProbe: async (leaseSeconds) => (await db.rows(sql.LEASE_PROBE, 1, leaseSeconds)).map(leasedMailOf),

    complete: async ({ id, leaseToken }, outcome, retryInMs) => {
      const [done] = await db.rows(sql.COMPLETE, id, leaseToken, outcome.class, outcome.words, retryInMs);
      return done?.state ?? null;
    },

    accept: async (mails, settings) => {
      const ids = mails.map(({ id }) => id);
      await db.run(
        sql.ACCEPT,
        ids,
        mails.map(({ words }) => words),
        settings ?? null,
      );
    },

    release: async (mails) => {
      if (mails.length > 0) {
        const tokens = mails.map(({ leaseToken }) => leaseToken);
        await db.run(sql.RELEASE, tokens);
      }
    },

    readdressMails: (limit) => db.transaction((tx) => readdressMails(tx, limit)),

    bringForward: () => db.run(sql.BRING_FORWARD),

    retryTransportNow: () => db.run(sql.RETRY_TRANSPORT_NOW),
    retryUnderNewSettings: (settings) => db.run(sql.RETRY_UNDER_NEW_SETTINGS, settings),
    tryHeld: (settings) => db.run(sql.TRY_HELD, settings, NOT_AN_ADDRESS),
    withdrawBadAddresses: async (recipients) => {
      await db.run(sql.WITHDRAW_BAD, recipients);
    },
    refusedBesideOthers: async () =>
      (await db.rows(sql.REFUSED_BESIDE_OTHERS)).map(({ recipient }) => recipient),

    addressesOutsideAscii: async () =>
      (await db.rows(sql.OUTSIDE_ASCII)).map(({ id, contact_address }) => ({
        id,
        contactAddress: contact_address,
      })),

    recipientOf: async (mailId) => (await db.rows(sql.RECIPIENT, mailId))[0]?.recipient ?? null,

    markBounce: async (mailId, { action, status, detail, addressIsBad }, kept) => {
      const [said] = await db.rows(
        sql.MARK_BOUNCE,
        mailId,
        action,
        status ?? "",
        detail,
        addressIsBad,
        kept?.head ?? null,
        kept?.size ?? 0,
      );
      if (!said?.known) return "unknown-mail";
      return said.fresh ? "recorded" : "duplicate";
    },

    clearProvenAddresses: async (quietMs) => (await db.rows(sql.CLEAR_PROVEN, quietMs)).length,

    recordRelay: async ({ relay, ok, reason, breaker, settings }) => {
      await db.run(sql.RECORD_RELAY, relay, ok, reason, breaker, settings ?? null);
      await db.run(sql.PRUNE_RELAY);
    },

    isAcceptedWithin: async (ageMs, settings) => {
      const [row] = await db.rows(sql.ACCEPTED_WITHIN, ageMs, settings);
      return row?.accepted === true;
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
        db.rows(mailsOfTenant.QUEUE_SUMMARY, tenantId),
        db.rows(mailsOfTenant.LAST_TRIED, tenantId),
      ]);
      return {
        queued: row?.queued ?? 0,
        sending: row?.sending ?? 0,
        held: row?.held ?? 0,
        notReceived: row?.not_received ?? 0,
        oldestDueAtMs: ms(row?.oldest_due ?? null),
        oldestOpenAtMs: ms(row?.oldest_open ?? null),
        lastAcceptedAtMs: ms(row?.last_accepted ?? null),
        last: lastTryOf(last),
      };
    },

    mailsOf: async ({ tenantId }, threadId) =>
      (await db.rows(mailsOfTenant.MAILS_OF_ALERT, tenantId, threadId)).map(deliveryOf),
    mail: async ({ tenantId }, mailId) => {
      const [row] = await db.rows(mailsOfTenant.MAIL_BY_ID, tenantId, mailId);
      return row ? deliveryOf(row) : null;
    },
    notReceived: async ({ tenantId }) =>
      (await db.rows(mailsOfTenant.MAILS_NOT_RECEIVED, tenantId)).map(deliveryOf),
    dismiss: async ({ tenantId }, mailIds, by) => {
      await db.run(mailsOfTenant.DISMISS, tenantId, mailIds, by);
    },
    mailsOfAll: async ({ tenantId }, threadIds) =>
      (await db.rows(mailsOfTenant.MAILS_OF_ALERTS, tenantId, threadIds)).map(deliveryOf),
    mailsOfNone: async ({ tenantId }, limit) =>
      (await db.rows(mailsOfTenant.MAILS_OF_NO_ALERT, tenantId, limit)).map(deliveryOf),
    lastAlertMail: async ({ tenantId }) => {
      const [row] = await db.rows(mailsOfTenant.LAST_ALERT_MAIL, tenantId);
      return ms(row?.accepted_at ?? null);
    },
    gotIt: async ({ tenantId }, mailId) => {
      const [row] = await db.rows(sql.GOT_IT, mailId, tenantId);
      return row?.seen === 1;
    },
    badAddresses: async ({ tenantId }) => {
      const rows = await db.rows(mailsOfTenant.ADDRESS_HEALTH, tenantId);
      return rows.map(({ recipient, bad_since, reason }) => ({
        recipient,
        reason,
        badSinceMs: bad_since.getTime(),
      }));
    },
  };
}

/** This process's instance. */
export const outbox = createOutbox();
