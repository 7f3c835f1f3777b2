import { Pool } from "pg";
import { databaseOf } from "@/lib/infra/db";
import { createLedger } from "../lib/alerts/ledger/store";
import { createDrafts, type Drafts } from "../lib/delivery/drafts/store";
import { type Break, startBreakingProxy } from "./breaking-proxy";
import {
  INTERVAL_SECONDS,
  renderAll,
  startTestEvaluation,
  type TestEvaluation,
  type TestOptions,
} from "./evaluation";
import type { WorkerExit } from "./mortal-worker";
import type { TestRelay } from "./relay";
import type { RelayMode } from "./relay-modes";
import { fleetOf, type Seen, twoLines } from "./seen-fleet";
import { startWorldDelivery } from "./world-delivery";

/** What ends a worker that renders: it dies with its leases before it writes, or after, or two of them come at once. */
export type RenderExit = "lives" | "dies-before-writing" | "dies-after-writing" | "twice";

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
const EVALUATOR = "evaluator";
/** Evaluators and delivery workers on a real PostgreSQL and a real relay, in a world in which everything can go wrong on demand. */
export async function startAlertingWorld(tenants: string[]): Promise<AlertingWorld> {
  const evaluation = await startTestEvaluation(tenants);
  const proxy = await startBreakingProxy(evaluation.url);
  const pool = new Pool({ connectionString: proxy.url, max: 4, application_name: EVALUATOR });
  pool.on("error", () => {});
  const bundle = twoLines();
  const delivery = await startWorldDelivery(evaluation, tenants[0] ?? "", () => world.relayMode);

  const world: AlertingWorld = {
    ...evaluation,
    sight: new Map(),
    relay: delivery.relay,
    relayMode: "up",
    options: (change = {}) =>
      evaluation.options("http://127.0.0.1:9", {
        ledger: createLedger(databaseOf(pool)),
        fleet: fleetOf(() => world.sight),
        prometheus: { instant: unreachable, range: unreachable, platformRange: unreachable },
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
      await renderUntil(exit, world.options(), createDrafts(evaluation.database));
    },
    deliver: async (exit) => {
      await delivery.passTime();
      await world.render("lives"); // what is still a draft isn't due yet
      return delivery.run(exit);
    },
    reset: async () => {
      await evaluation.query(`TRUNCATE ${TABLES} CASCADE`);
      world.relayMode = "up";
      delivery.relay.taken.length = 0;
      world.sight.clear();
    },
    drop: async () => {
      await pool.end();
      await proxy.stop();
      await delivery.relay.stop();
      await evaluation.drop();
    },
  };
  return world;
}

/** Renders as a worker that ends like this. */
async function renderUntil(exit: RenderExit, options: TestOptions, ownDrafts: Drafts): Promise<void> {
  if (exit === "lives") return renderAll(options);
  if (exit === "twice") {
    await Promise.all([renderAll(options), renderAll(options)]);
    return;
  }
  const { drafts = ownDrafts } = options;
  const dies = async (): Promise<never> => {
    throw new Error("The worker has died.");
  };
  const finish: Drafts["finish"] = async (done) => {
    if (exit === "dies-after-writing") await drafts.finish(done);
    return dies();
  };
  await renderAll({ ...options, drafts: { ...drafts, finish, release: dies } }).catch(() => {});
}

const unreachable = async () =>
  ({ ok: false, failure: { code: "unreachable", message: "" }, last: null }) as const;
