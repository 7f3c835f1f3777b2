import { setTimeout as sleep } from "node:timers/promises";
import { type Delivery, startDelivery } from "../alerting/deliver/deliver";
import type { Outbox } from "../lib/delivery/store";
import { freePort } from "../server/free-port";
import type { TestEvaluation } from "./evaluation";
import { createMortalWorker, type WorkerExit } from "./mortal-worker";
import { MAIL_FROM, SECRET } from "./outbox";
import { startTestRelay, type TestRelay } from "./relay";
import { type RelayMode, refusalOf } from "./relay-modes";

const LEASE_SECONDS = 60;
/** In one look: what is being sent, and what could be. */
const BUSY = `SELECT EXISTS (SELECT FROM mail m WHERE state = 'sending' OR (state = 'queued' AND due_at <= now()
  AND NOT EXISTS (SELECT FROM mail earlier WHERE earlier.order_key = m.order_key AND earlier.thread_id IS NOT DISTINCT FROM m.thread_id AND earlier.seq < m.seq
    AND earlier.state IN ('queued', 'sending')))) AS busy`;
/** A worker of one connection records one mail while it sends the next. */
const FROZEN_AT_MOST = 2;

/** Delivery workers and their relay. */
export type WorldDelivery = {
  relay: TestRelay;
  /** Lets all waiting times and leases run out. */
  passTime(): Promise<void>;
  /** Lets a worker deliver what is due. @returns how often it may have sent a mail that it didn't record */
  run(exit: WorkerExit): Promise<number>;
};

/** @param firstTenant whose recipient some modes of the relay refuse alone */
export async function startWorldDelivery(
  evaluation: Pick<TestEvaluation, "query" | "outbox">,
  firstTenant: string,
  mode: () => RelayMode,
): Promise<WorldDelivery> {
  const nowhere = `smtp://127.0.0.1:${await freePort()}`;
  let onRecipient = () => {};
  let drops = 0;
  const relay = await startTestRelay({
    rcptTo: (to) => {
      onRecipient();
      return refusalOf(mode(), to === `owner@${firstTenant}.example`);
    },
    dropAfterTaking: () => {
      if (mode() !== "drops") return false;
      drops += 1;
      return true;
    },
  });
  const start = (outbox: Outbox, concurrency: number) =>
    startDelivery({
      smtpUrl: mode() === "down" ? nowhere : relay.url,
      mailFrom: MAIL_FROM,
      secret: SECRET,
      outbox,
      concurrency,
      pollMs: 5,
      leaseSeconds: LEASE_SECONDS,
      sendTimeoutMs: 5_000,
      stopGraceMs: 0,
    });
  const untilQuiet = async (isOver: () => boolean) => {
    for (;;) {
      const [row] = await evaluation.query<{ busy: boolean }>(BUSY);
      if (row?.busy === false || isOver()) return;
      await sleep(5);
    }
  };
  const passTime = async () => {
    await evaluation.query(
      "UPDATE mail SET due_at = now() - interval '1 s' WHERE state = 'queued' AND facts IS NULL",
    );
    await evaluation.query("UPDATE mail SET lease_until = now() - interval '1 s' WHERE state = 'sending'");
  };
  /** A whole worker that lives. */
  const drain = async () => {
    const delivery = start(evaluation.outbox, 2);
    await untilQuiet(() => delivery.breaker() === "open");
    await delivery.stop();
  };
  /** A worker that ends on its way. @returns how many mails it may have sent without recording them */
  const runMortal = async (exit: WorkerExit): Promise<number> => {
    const worker = createMortalWorker(evaluation.outbox, exit);
    onRecipient = () => {
      if (exit === "dies-before-data") worker.die();
    };
    const delivery: Delivery = start(worker.outbox, 1);
    await untilQuiet(() => worker.isDead() || worker.isFrozen() || delivery.breaker() === "open");
    onRecipient = () => {};
    if (worker.isFrozen()) {
      await passTime(); // its lease runs out, and another takes its mails
      await drain();
      worker.thaw();
      await delivery.stop();
      return FROZEN_AT_MOST;
    }
    await delivery.stop();
    if (!worker.isDead()) return 0;
    return (await evaluation.query("SELECT FROM mail WHERE state = 'sending'")).length;
  };
  return {
    relay,
    passTime,
    run: async (exit) => {
      const dropsBefore = drops;
      const unrecorded = exit === "lives" ? await drain().then(() => 0) : await runMortal(exit);
      return drops - dropsBefore + unrecorded;
    },
  };
}
