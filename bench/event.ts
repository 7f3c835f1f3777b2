import { fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Pool } from "pg";
import { freshDatabase } from "../testing/postgres";
import { type ChildWorker, startChildWorker } from "./child-worker";
import { writeFleetTenants } from "./evaluator";
import type { JudgedSlot } from "./everybody-process";
import { fleetTenant } from "./fleet-samples";

/** How long the mails of an event may take. */
export const DONE_WITHIN_MS = 600_000;
const LOOK_EVERY_MS = 100;

export type EventSources = {
  root: string;
  signal: AbortSignal;
  prometheusUrl: string;
  smtpUrl: string;
  slotMs: number;
};

/** What a slot took in which some fire. Times in ms from the slot's begin. */
export type FiringEvent = {
  /** Until states, alerts and mails were written. */
  writtenMs: number;
  /** Until the relay had accepted the first mail, half of them, 99 of 100, and all. */
  firstMs: number;
  halfMs: number;
  mostMs: number;
  lastMs: number;
  mails: number;
  /** Of the worker that needed the most. */
  peakMegabytes: number;
  /** Of all workers, their start included. */
  cpuMs: number;
  databaseMegabytes: number;
};

/** Starts the bench's relay, in a process of its own. */
export async function startRelay(root: string, signal: AbortSignal) {
  const relay = fork(path.join(root, "bench/relay-process.ts"), {
    execArgv: ["--import", "tsx"],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    signal,
  });
  const [port] = (await once(relay, "message")) as [number];
  const stop = () => {
    if (relay.connected) relay.disconnect();
  };
  return { url: `smtp://127.0.0.1:${port}`, stop };
}

/**
 * Judges one slot of a fresh database and waits until its mails are accepted.
 * @param firing so many alert: the others have switched the line off
 * @throws Error where a worker ends, as one that is killed for its memory does, or the mails take too long
 */
export async function eventOf(
  { root, signal, prometheusUrl, smtpUrl, slotMs }: EventSources,
  { tenants, firing, workers }: { tenants: number; firing: number; workers: number },
): Promise<FiringEvent> {
  const database = await freshDatabase();
  const pool = new Pool({ connectionString: database.url, max: 1 });
  const children: ChildWorker<JudgedSlot>[] = [];
  try {
    await writeFleetTenants(database.url, tenants);
    await switchOff(pool, { tenants, firing });
    const environment = {
      DATABASE_URL: database.url,
      PROMETHEUS_URL: prometheusUrl,
      SMTP_URL: smtpUrl,
      LOG_LEVEL: "error",
    };
    for (let nth = 0; nth < workers; nth++) {
      const child = startChildWorker<JudgedSlot>({ root, signal }, "bench/everybody-process.ts", environment);
      children.push(child);
      await child.hear();
    }
    const [first] = children;
    if (!first) throw new RangeError("An event needs a worker.");
    const startedMs = await clockMs(pool);
    const judged = await first.ask(slotMs);
    const mails = await drained(pool, { startedMs, mails: judged.mails, signal });
    const used: JudgedSlot[] = [];
    for (const child of children) used.push(await child.ask("used"));
    const { rows } = await pool.query("SELECT pg_database_size(current_database()) / 1e6 AS megabytes");
    return {
      ...mails,
      writtenMs: judged.wallMs,
      mails: judged.mails,
      peakMegabytes: Math.max(...used.map(({ peakMegabytes }) => peakMegabytes)),
      cpuMs: used.reduce((sum, { cpuMs }) => sum + cpuMs, 0),
      databaseMegabytes: Number(rows[0].megabytes),
    };
  } finally {
    await Promise.all(children.map((child) => child.stop()));
    await pool.end();
    await database.drop();
  }
}

async function switchOff(
  pool: Pool,
  { tenants, firing }: { tenants: number; firing: number },
): Promise<void> {
  const ids = Array.from({ length: tenants }, (_, index) => fleetTenant(index)).slice(firing);
  await pool.query(
    `INSERT INTO threshold_setting (tenant_id, signal, line, enabled, value, inclusive, for_seconds, recover_for_seconds, version,
       updated_by) SELECT id, 'saturation', 'memory', false, 0.9, false, 0, 60, 1, 'owner' FROM unnest($1::text[]) AS id`,
    [ids],
  );
}

async function clockMs(pool: Pool): Promise<number> {
  const { rows } = await pool.query("SELECT extract(epoch FROM clock_timestamp()) * 1000 AS ms");
  return Number(rows[0].ms);
}

const SECONDS = "extract(epoch FROM accepted_at)::float8";
const ACCEPTED = `SELECT count(*) FILTER (WHERE state <> 'accepted')::int AS open, count(*)::int AS mails,
    min(${SECONDS}) AS first, max(${SECONDS}) AS last,
    percentile_disc(0.5) WITHIN GROUP (ORDER BY ${SECONDS}) AS half,
    percentile_disc(0.99) WITHIN GROUP (ORDER BY ${SECONDS}) AS most FROM mail`;

async function drained(
  pool: Pool,
  { startedMs, mails, signal }: { startedMs: number; mails: number; signal: AbortSignal },
): Promise<Pick<FiringEvent, "firstMs" | "halfMs" | "mostMs" | "lastMs">> {
  const sinceStart = (seconds: number) => seconds * 1000 - startedMs;
  for (const deadlineMs = performance.now() + DONE_WITHIN_MS; performance.now() < deadlineMs; ) {
    const { rows } = await pool.query(ACCEPTED);
    const { open, mails: written, first, half, most, last } = rows[0];
    if (open === 0 && written === mails)
      return {
        firstMs: sinceStart(first),
        halfMs: sinceStart(half),
        mostMs: sinceStart(most),
        lastMs: sinceStart(last),
      };
    await sleep(LOOK_EVERY_MS, undefined, { signal });
  }
  throw new Error("The mails were not all accepted in time.");
}
