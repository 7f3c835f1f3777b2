import type { LeasedMail, MailDelivery } from "@/lib/delivery/mail";
import type { OutcomeClass } from "@/lib/delivery/smtp/outcome-class";
import type { TenantScope } from "@/lib/tenant/scope";
import type { TestOutbox } from "./outbox";

export type RefusedClass = Exclude<OutcomeClass, "accepted">;

/** An outcome of a class, with words that name it. */
export const outcomeWords = (outcome: RefusedClass) => ({ class: outcome, words: `said ${outcome}` });

/** What a test lets workers and the time do with an outbox. The mails are those of the tenant "photos". */
export type OutboxSteps = {
  photos(): TenantScope;
  accept(mail: { id: string }): ReturnType<TestOutbox["outbox"]["accept"]>;
  /** Lets the time pass that a retry or a dead worker's lease would take. */
  passTime(): Promise<void>;
  /** @throws Error where none is due */
  leaseOne(): Promise<LeasedMail>;
  /** @throws Error where there is no such mail */
  delivery(id: string): Promise<MailDelivery>;
};

/** The steps for one database. */
export function outboxSteps(db: TestOutbox): OutboxSteps {
  const photos = () => db.scope("photos");
  return {
    photos,
    accept: ({ id }) => db.outbox.accept([{ id, words: "said accepted" }]),
    passTime: async () => {
      await db.pool.query("UPDATE mail SET due_at = now() - interval '1 s' WHERE state = 'queued'");
      await db.pool.query("UPDATE mail SET lease_until = now() - interval '1 s' WHERE state = 'sending'");
    },
    leaseOne: async () => {
      const [mail] = await db.outbox.leaseDue(1, 60);
      if (!mail) throw new Error("no mail was due");
      return mail;
    },
    delivery: async (id) => {
      const found = await db.outbox.mail(photos(), id);
      if (!found) throw new Error("no such mail");
      return found;
    },
  };
}
