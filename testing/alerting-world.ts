import { setTimeout as sleep } from "node:timers/promises";
import { Pool } from "pg";
import { databaseOf } from "@/lib/infra/db";
import { startDelivery } from "../alerting/deliver/deliver";
import { createLedger } from "../lib/alerts/ledger/store";
import { type Bundle, SIGNAL_IDS } from "../lib/catalogue/bundle";
import { createDrafts } from "../lib/delivery/drafts/store";
import type { Outbox } from "../lib/delivery/store";
import type { Fleet } from "../lib/prometheus/fleet";
import { freePort } from "../server/free-port";
import { type Break, startBreakingProxy } from "./breaking-proxy";
import {
  defaultBundle,
  INTERVAL_SECONDS,
  renderAll,
  startTestEvaluation,
  type TestEvaluation,
  type TestOptions,
} from "./evaluation";
import { MAIL_FROM, SECRET } from "./outbox";
import { startTestRelay, type TestRelay } from "./relay";

/** What a cycle finds of one line of one tenant. */
export type Seen = "good" | "breach" | "missing";
/**
 * How the relay behaves: it calls every recipient unknown, refuses us at each recipient, refuses the first tenant's recipient alone, or
 * all of that at once. Dropping breaks the connection after it took the mail.
 */
export type RelayMode =
  | "up"
  | "down"
  | "refuses"
  | "refuses-us"
  | "refuses-one"
  | "refuses-one-and-us"
  | "greylists"
  | "drops";
/** What ends a worker: it dies before the body is sent, it dies after the relay took the mail, or it freezes then. */
export type WorkerExit = "lives" | "dies-before-data" | "dies-after-250" | "freezes-after-250";

/** What ends a worker that renders: it dies with its leases before it writes, or after, or two of them come at once. */
export type RenderExit = "lives" | "dies-before-writing" | "dies-after-writing" | "twice";

/** By line: what each tenant has. A line that is not in it can't be asked for. */
export type SeenByLine = ReadonlyMap<string, ReadonlyMap<string, Seen>>;

const VALUES: Record<Exclude<Seen, "missing">, number> = { good: 1, breach: 9 };
export const LINES = ["error-rate/error-rate", "latency/p95"] as const;

/** Two judged lines above 5, with times that a few slots reach. */
function twoLines(): Bundle {
  const bundle = defaultBundle();
  for (const id of SIGNAL_IDS) {
    bundle.signals[id].traffic = undefined;
    for (const line of bundle.signals[id].lines) {
      const isJudged = (LINES as readonly string[]).includes(`${id}/${line.id}`);
      line.query = `max by ($tenant) (value_${id.replaceAll("-", "_")}_${line.id.replaceAll("-", "_")})`;
      line.freshness = line.query.replace("value_", "fresh_");
      line.threshold = isJudged
        ? { value: 5, inclusive: false, forSeconds: 60, recoverForSeconds: 60 }
        : undefined;
    }
  }
  return bundle;
}

/** Answers by what is to be seen, as a Prometheus would that has just that. */
function fleetOf(sight: () => SeenByLine): Fleet {
  return {
    clockMs: () => null,
    ask: async ({ promql }, atMs) => {
      const line = LINES.find((key) => promql.includes(key.replaceAll("-", "_").replace("/", "_")));
      const seen = line && sight().get(line);
      if (!seen)
        return { ok: false, failure: { code: "unreachable", message: "" }, detail: "not to be seen" };
      const samples = [...seen].flatMap(([tenantId, word]) =>
        word === "missing"
          ? []
          : [{ tenantId, labels: {}, value: promql.includes("fresh_") ? atMs / 1000 : VALUES[word] }],
      );
      return { ok: true, samples, dropped: 0, unusable: [] };
    },
  };
}

export type AlertingWorld = Omit<TestEvaluation, "options"> & {
  /** What the next cycle finds. */
  sight: Map<string, Map<string, Seen>>;
  relay: TestRelay;
  relayMode: RelayMode;
  /** A way for an evaluator, whose connections can be broken. */
  options(change?: Partial<TestOptions>): TestOptions;
  /** Lets a worker render what there is, or what it gets done before it dies. Another worker's leases run out before. */
  render(exit: RenderExit): Promise<void>;
  breakNextCommit(how: Break): void;
  /** Ends the evaluators' connections, as an operator of the database would. */
  killConnections(): Promise<void>;
  /** Lets all waiting times pass, and a worker deliver what is due. @returns how often it may have sent a mail that it didn't record */
  deliver(delivery: WorkerExit): Promise<number>;
  /** Everything is as on the first day. */
  reset(): Promise<void>;
};

const TABLES = "mail, bounce, address_health, cycle, judgement, episode, threshold_setting, relay_check";
const LEASE_SECONDS = 60;
/** In one look: what is being sent, and what could be. */
const BUSY = `SELECT EXISTS (SELECT FROM mail m WHERE state = 'sending' OR (state = 'queued' AND due_at <= now()
  AND NOT EXISTS (SELECT FROM mail earlier WHERE earlier.order_key = m.order_key AND earlier.thread_id IS NOT DISTINCT FROM m.thread_id AND earlier.seq < m.seq
    AND earlier.state IN ('queued', 'sending')))) AS busy`;
const EVALUATOR = "evaluator";
/** A worker of one connection records one mail while it sends the next. */
const FROZEN_AT_MOST = 2;

function refusalOf(mode: RelayMode, isFirst: boolean): string | null {
  const us = "554 5.7.1 <pod[10.0.0.7]>: Client host rejected: Access denied";
  switch (mode) {
    case "refuses":
      return "550 5.1.1 No such user";
    case "refuses-us":
      return us;
    case "refuses-one":
      return isFirst ? "554 5.7.1 Relay access denied" : null;
    case "refuses-one-and-us":
      return isFirst ? "550 Sender verify failed" : us;
    case "greylists":
      return "450 4.2.0 Greylisted";
    default:
      return null;
  }
}

/** Evaluators and delivery workers on a real PostgreSQL and a real relay, in a world in which everything can go wrong on demand. */
export async function startAlertingWorld(tenants: string[]): Promise<AlertingWorld> {
  const evaluation = await startTestEvaluation(tenants);
  const proxy = await startBreakingProxy(evaluation.url);
  const pool = new Pool({ connectionString: proxy.url, max: 4, application_name: EVALUATOR });
  pool.on("error", () => {});
  const bundle = twoLines();
  const nowhere = `smtp://127.0.0.1:${await freePort()}`;
  let onRecipient = () => {};
  let drops = 0;
  const relay = await startTestRelay({
    rcptTo: (to) => {
      onRecipient();
      return refusalOf(world.relayMode, to === `owner@${tenants[0]}.example`);
    },
    dropAfterTaking: () => {
      if (world.relayMode !== "drops") return false;
      drops += 1;
      return true;
    },
  });

  /** The outbox of a worker that dies or freezes: from then on it writes nothing to the database, or writes later. */
  function mortal(delivery: WorkerExit) {
    let ended = false;
    let thaw = () => {};
    let frozen: Promise<void> | null = null;
    const gate = async () => {
      if (ended) throw new Error("The worker has died.");
      await frozen;
    };
    const outbox = Object.fromEntries(
      Object.entries(evaluation.outbox).map(([name, call]) => [
        name,
        async (...values: unknown[]) => {
          if (name === "accept" && delivery === "dies-after-250") ended = true;
          if (name === "accept" && delivery === "freezes-after-250")
            frozen ??= new Promise((resolve) => {
              thaw = resolve;
            });
          await gate();
          return (call as (...values: unknown[]) => unknown)(...values);
        },
      ]),
    ) as Outbox;
    const die = () => {
      ended = true;
    };
    return { outbox, die, isFrozen: () => frozen !== null, isDead: () => ended, thaw: () => thaw() };
  }

  const start = (outbox: Outbox, concurrency: number) =>
    startDelivery({
      smtpUrl: world.relayMode === "down" ? nowhere : relay.url,
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
  const sending = async () => (await evaluation.query("SELECT FROM mail WHERE state = 'sending'")).length;
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

  const world: AlertingWorld = {
    ...evaluation,
    sight: new Map(),
    relay,
    relayMode: "up",
    options: (change = {}) =>
      evaluation.options("http://127.0.0.1:9", {
        ledger: createLedger(databaseOf(pool)),
        fleet: fleetOf(() => world.sight),
        prometheus: {
          instant: async () => ({ ok: false, failure: { code: "unreachable", message: "" }, last: null }),
          range: async () => ({ ok: false, failure: { code: "unreachable", message: "" }, last: null }),
          platformRange: async () => ({
            ok: false,
            failure: { code: "unreachable", message: "" },
            last: null,
          }),
        },
        readBundle: async () => bundle,
        // All that a mail could say is in it unchanged, so that what isn't the tenant's would be found.
        renderMail: async (content) => ({
          subject: `${content.capability.id} ${content.kind}`,
          text: JSON.stringify(content, null, 1),
          html: "",
          images: [],
        }),
        intervalSeconds: INTERVAL_SECONDS,
        ...change,
      }),
    breakNextCommit: proxy.breakNextCommit,
    killConnections: async () => {
      await evaluation.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND application_name = $1`,
        [EVALUATOR],
      );
    },
    render: async (exit) => {
      await evaluation.query(
        "UPDATE mail SET render_until = now() - interval '1 s' WHERE render_until IS NOT NULL",
      );
      const options = world.options();
      if (exit === "lives") return renderAll(options);
      if (exit === "twice") {
        await Promise.all([renderAll(options), renderAll(options)]);
        return;
      }
      const { drafts = createDrafts(evaluation.database) } = options;
      const dies = async (): Promise<never> => {
        throw new Error("The worker has died.");
      };
      const finish: typeof drafts.finish = async (done) => {
        if (exit === "dies-after-writing") await drafts.finish(done);
        return dies();
      };
      await renderAll({ ...options, drafts: { ...drafts, finish, release: dies } }).catch(() => {});
    },
    deliver: async (exit) => {
      await passTime();
      await world.render("lives"); // what is still a draft isn't due yet
      const dropsBefore = drops;
      if (exit === "lives") {
        await drain();
        return drops - dropsBefore;
      }
      const worker = mortal(exit);
      onRecipient = () => {
        if (exit === "dies-before-data") worker.die();
      };
      const delivery = start(worker.outbox, 1);
      await untilQuiet(() => worker.isDead() || worker.isFrozen() || delivery.breaker() === "open");
      onRecipient = () => {};
      if (worker.isDead()) await delivery.stop();
      const inFlight = worker.isFrozen() ? FROZEN_AT_MOST : worker.isDead() ? await sending() : 0;
      if (worker.isFrozen()) {
        await passTime(); // its lease runs out, and another takes its mails
        await drain();
        worker.thaw();
      }
      await delivery.stop();
      return drops - dropsBefore + inFlight;
    },
    reset: async () => {
      await evaluation.query(`TRUNCATE ${TABLES} CASCADE`);
      world.relayMode = "up";
      relay.taken.length = 0;
      world.sight.clear();
    },
    drop: async () => {
      await pool.end();
      await proxy.stop();
      await relay.stop();
      await evaluation.drop();
    },
  };
  return world;
}
