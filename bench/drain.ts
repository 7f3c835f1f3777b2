import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CONNECTIONS } from "@/alerting/deliver/deliver";
import { startTestOutbox, type TestOutbox, testMail } from "../testing/outbox";
import type { BareTask } from "./bare-mailer-process";
import { type Measure, median, readableNumber } from "./result";

const MAILS = 10_000;
const TENANTS = 100;
const ROUNDS = 2;
/** About what an alert's two texts and its picture come to. */
const BODY = `<p>${"Latency was above its threshold. ".repeat(400)}</p>`;
const LOOK_EVERY_MS = 50;
const DRAINED_WITHIN_MS = 180_000;

/** How fast the worker empties a full outbox, beside the bare library with the same relay, connections and bytes. */
export async function measureDrain(root: string, signal: AbortSignal): Promise<Measure[]> {
  const start = (file: string, environment: Record<string, string> = {}) =>
    fork(path.join(root, file), {
      execArgv: ["--import", "tsx"],
      env: { ...process.env, LOG_LEVEL: "warn", ...environment },
      stdio: ["ignore", "ignore", "inherit", "ipc"],
      signal,
    });
  const tenants = Array.from({ length: TENANTS }, (_, index) => `tenant-${index}`);
  const outbox = await startTestOutbox(tenants);
  const relay = start("bench/relay-process.ts");
  try {
    const [port] = (await once(relay, "message")) as [number];
    const rounds: { bareMs: number; workerMs: number }[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      signal.throwIfAborted();
      const raw = await fill(outbox, tenants);
      const bare = start("bench/bare-mailer-process.ts");
      const task: BareTask = { port, mails: MAILS, connections: CONNECTIONS, raw: raw.toString("base64") };
      bare.send(task);
      const [bareMs] = (await once(bare, "message")) as [number];
      bare.disconnect();
      const worker = start("testing/delivery-worker.ts", {
        DATABASE_URL: outbox.url,
        SMTP_URL: `smtp://127.0.0.1:${port}`,
        CONCURRENCY: String(CONNECTIONS),
        SEND_TIMEOUT_MS: "60000",
        LEASE_SECONDS: "90",
      });
      const workerMs = await drained(outbox, signal);
      await end(worker);
      rounds.push({ bareMs, workerMs });
    }
    const perSecond = (side: "bareMs" | "workerMs") =>
      readableNumber(MAILS / (median(rounds.map((round) => round[side])) / 1000));
    return [
      {
        part: "drain",
        what: "Mails a second from a full outbox, over the bare library's",
        value: median(rounds.map(({ bareMs, workerMs }) => bareMs / workerMs)),
        unit: "×",
        limit: { atLeast: 0.6 },
        detail: `${ROUNDS} rounds of 10,000 mails by ${CONNECTIONS} connections; ${perSecond("workerMs")} over ${perSecond("bareMs")} mails a second`,
      },
    ];
  } finally {
    if (relay.connected) relay.disconnect();
    await outbox.drop();
  }
}

/** Queues the mails, each of an order of its own, as in an incident of everybody's. @returns the bytes of one */
async function fill(outbox: TestOutbox, tenants: readonly string[]): Promise<Buffer> {
  let raw: Buffer = Buffer.alloc(0);
  for (const tenant of tenants) {
    const one = await testMail(tenant, { html: BODY });
    raw = one.raw;
    const mails = Array.from({ length: MAILS / TENANTS }, async (_, nth) => ({
      ...one,
      ...(await fresh(tenant, nth)),
    }));
    await outbox.write(...(await Promise.all(mails)));
  }
  return raw;
}

async function fresh(tenant: string, nth: number) {
  const { id, orderKey, messageId } = await testMail(tenant, { signal: `signal-${nth}` });
  return { id, orderKey, messageId };
}

/** From the first mail that was tried to the last that was accepted, by the database's clock. */
async function drained({ pool }: TestOutbox, signal: AbortSignal): Promise<number> {
  for (const deadlineMs = Date.now() + DRAINED_WITHIN_MS; Date.now() < deadlineMs; ) {
    const { rows } = await pool.query("SELECT EXISTS (SELECT FROM mail WHERE state <> 'accepted') AS open");
    if (!rows[0].open) {
      const { rows: took } = await pool.query(
        `WITH gone AS (DELETE FROM mail RETURNING last_tried_at, accepted_at)
         SELECT extract(epoch FROM max(accepted_at) - min(last_tried_at)) * 1000 AS ms FROM gone`,
      );
      return Number(took[0].ms);
    }
    await sleep(LOOK_EVERY_MS, undefined, { signal });
  }
  throw new Error("The worker did not empty the outbox in time.");
}

async function end(child: ChildProcess): Promise<void> {
  const exited = once(child, "exit");
  child.kill("SIGTERM");
  await exited;
}
