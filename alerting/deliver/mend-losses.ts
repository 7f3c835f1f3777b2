import type { Losses, LostThread } from "@/lib/delivery/losses/store";
import type { LeasedMail, MailKind, NewMail } from "@/lib/delivery/mail";
import { log } from "@/lib/infra/log";

/** A failover loses seconds, and a standby may have been behind for longer. */
const REMEMBERED_MS = 600_000;
/** Some 4 MB. Where more leave in ten minutes, the oldest are forgotten. */
const REMEMBERED_AT_MOST = 20_000;

const RECORD_LOST =
  "The database lost the record of mails that had left, as a failover without synchronous replication does. Their threads are ended.";

/** Mails after which nothing is awaited any more. */
const SAYS_THE_END: ReadonlySet<MailKind> = new Set<MailKind>([
  "recovered",
  "fired-and-recovered",
  "cancelled",
  "expired",
]);

export type MendingOptions = {
  losses: Losses;
  /** Writes the mails that end threads. */
  enqueue(mails: readonly NewMail[]): Promise<unknown>;
  /** Makes the mail that ends a thread. */
  endOf(thread: LostThread, told: { recipient: string; atMs: number }): Promise<NewMail>;
  clock: { nowMs(): number };
};

export type LossMending = {
  /** Takes note of a mail that the relay has taken, before that is recorded. */
  remember(mail: LeasedMail, words: string): void;
  /**
   * Looks whether the database still has what the relay took, as it doesn't after a failover that lost it. What is there but not
   * recorded as accepted is recorded again. Where all of a thread is gone, its owner gets a mail that ends it.
   * @returns how many threads were ended
   */
  mend(): Promise<number>;
};

type Told = Pick<LeasedMail, "id" | "tenantId" | "kind" | "recipient" | "threadId"> & {
  words: string;
  atMs: number;
  /** By the clock that never jumps. */
  sinceMs: number;
};

/** Makes a process's memory of the mails that left through it, and what is done where the database has forgotten them. */
export function createLossMending({ losses, enqueue, endOf, clock }: MendingOptions): LossMending {
  let told: Told[] = [];

  /** By thread, the newest mail of each that may have an end to come. */
  function openThreads(): Map<string, Told & { threadId: string }> {
    const open = new Map<string, Told & { threadId: string }>();
    for (const mail of told) {
      if (mail.threadId === null) continue;
      const key = `${mail.tenantId}/${mail.threadId}`;
      if (SAYS_THE_END.has(mail.kind)) open.delete(key);
      else open.set(key, { ...mail, threadId: mail.threadId });
    }
    return open;
  }

  return {
    remember: ({ id, tenantId, kind, recipient, threadId }, words) => {
      const sinceMs = clock.nowMs();
      told.push({ id, tenantId, kind, recipient, threadId, words, atMs: Date.now(), sinceMs });
      if (told.length > REMEMBERED_AT_MOST) told = told.slice(-REMEMBERED_AT_MOST);
    },
    mend: async () => {
      const nowMs = clock.nowMs();
      told = told.filter(({ sinceMs }) => nowMs - sinceMs < REMEMBERED_MS);
      if (told.length === 0) return 0;
      const again = await losses.recordAgain(told.map((mail) => ({ ...mail, ageMs: nowMs - mail.sinceMs })));
      if (again > 0) log.warn({ mails: again }, "Mails that had left are recorded as accepted again.");
      const open = openThreads();
      const lost = await losses.lostThreads([...open.values()]);
      if (lost.length === 0) return 0;
      const ends = await Promise.all(
        lost.flatMap((thread) => {
          const mail = open.get(`${thread.tenantId}/${thread.threadId}`);
          return mail ? [endOf(thread, mail)] : [];
        }),
      );
      await enqueue(ends);
      log.error({ threads: ends.length }, RECORD_LOST);
      return ends.length;
    },
  };
}
