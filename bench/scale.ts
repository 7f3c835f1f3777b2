import { fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Pool } from "pg";
import { freshDatabase } from "../testing/postgres";
import { startChildWorker } from "./child-worker";
import { writeFleetTenants } from "./evaluator";
import type { CycleTime } from "./evaluator-process";
import { eventOf, type FiringEvent, startRelay } from "./event";
import { FIRING_INTERVAL_SECONDS } from "./firing-bundle";
import { type Measure, median, readableNumber } from "./result";

const PART = "scale";
const SIZES = [1_000, 10_000, 30_000, 100_000];
/** With more, the mails of an event take longer than a bench should. */
const EVENT_SIZES = [1_000, 10_000, 30_000];
const SHARE_OF_SOME = 0.05;
const SHARED_SIZE = 10_000;
const WORKERS = [2, 3];
/** The first writes every state for the first time, the second warms up. */
const UNMEASURED = 2;
const MEASURED = 3;
const INTERVAL_MS = FIRING_INTERVAL_SECONDS * 1000;
const CYCLES_A_DAY = 86_400_000 / INTERVAL_MS;
/** PostgreSQL's own counts are this late at most. */
const STATISTICS_MS = 2_000;

type Options = { root: string; signal: AbortSignal };
type Quiet = {
  wallMs: number;
  cpuMs: number;
  peakMegabytes: number;
  rows: number;
  databaseMegabytes: number;
};

/**
 * What a worker needs by the number of capabilities, against a store whose answers cost nothing: quiet, where some fire, and where all
 * do; and what several workers make of it. What doesn't fit is printed with its reason.
 */
export async function measureScale(options: Options): Promise<Measure[]> {
  const measures: Measure[] = [];
  for (const tenants of SIZES) measures.push(...(await quietMeasures(tenants, options)));
  for (const tenants of EVENT_SIZES)
    for (const firing of [tenants * SHARE_OF_SOME, tenants])
      measures.push(...(await eventMeasures({ tenants, firing, workers: 1 }, options)));
  for (const workers of WORKERS)
    measures.push(...(await eventMeasures({ tenants: SHARED_SIZE, firing: SHARED_SIZE, workers }, options)));
  return measures;
}

const measure = (what: string, value: number, unit: Measure["unit"], detail?: string): Measure => ({
  part: PART,
  what,
  value,
  unit,
  ...(detail !== undefined && { detail }),
});

/** @returns what was measured, or one line that says why it couldn't be */
async function orWhy(what: string, work: () => Promise<Measure[]>, signal: AbortSignal): Promise<Measure[]> {
  try {
    return await work();
  } catch (error) {
    signal.throwIfAborted();
    return [measure(what, Number.NaN, "ms", (error as Error).message)];
  }
}

const count = (tenants: number) => tenants.toLocaleString("en");

function quietMeasures(tenants: number, options: Options): Promise<Measure[]> {
  const what = `${count(tenants)} quiet: a cycle`;
  const work = async () => {
    const { wallMs, cpuMs, peakMegabytes, rows, databaseMegabytes } = await quietOf(tenants, options);
    const database = `the database ${readableNumber(databaseMegabytes)} MB`;
    return [
      measure(what, wallMs, "ms", `${readableNumber(cpuMs)} ms of processor`),
      measure(`${count(tenants)} quiet: memory at its highest`, peakMegabytes, "MB"),
      measure(`${count(tenants)} quiet: rows written a day`, rows * CYCLES_A_DAY, "rows", database),
    ];
  };
  return orWhy(what, work, options.signal);
}

function eventMeasures(
  event: { tenants: number; firing: number; workers: number },
  { root, signal }: Options,
): Promise<Measure[]> {
  const { tenants, firing, workers } = event;
  const by = workers === 1 ? "" : ` by ${workers} workers`;
  const what = `${count(firing)} of ${count(tenants)} fire${by}: 99 of 100 mails accepted`;
  const work = async () => {
    const took = await withStore({ tenants, firing }, { root, signal }, async (prometheusUrl) => {
      const relay = await startRelay(root, signal);
      const slotMs = Math.floor(Date.now() / INTERVAL_MS) * INTERVAL_MS;
      try {
        const sources = { root, signal, prometheusUrl, smtpUrl: relay.url, slotMs };
        return await eventOf(sources, { tenants, firing: tenants, workers });
      } finally {
        relay.stop();
      }
    });
    return [
      measure(what, took.mostMs, "ms", inWords(took)),
      measure(
        `The same${by}: memory at its highest`,
        took.peakMegabytes,
        "MB",
        `${readableNumber(took.cpuMs)} ms of processor of all workers, the database ${readableNumber(took.databaseMegabytes)} MB`,
      ),
    ];
  };
  return orWhy(what, work, signal);
}

function inWords({ writtenMs, firstMs, halfMs, lastMs, mails }: FiringEvent): string {
  const seconds = (ms: number) => `${readableNumber(ms / 1000)} s`;
  return `written after ${seconds(writtenMs)}, the first mail accepted after ${seconds(firstMs)}, half of ${count(mails)} after ${seconds(halfMs)}, the last after ${seconds(lastMs)}`;
}

/** Runs with a store of generated answers. */
async function withStore<T>(
  { tenants, firing }: { tenants: number; firing: number },
  { root, signal }: Options,
  work: (url: string) => Promise<T>,
): Promise<T> {
  const store = fork(path.join(root, "bench/answers-process.ts"), {
    execArgv: ["--import", "tsx"],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    env: { ...process.env, TENANTS: String(tenants), FIRING: String(firing) },
    signal,
  });
  try {
    const [port] = (await once(store, "message")) as [number];
    return await work(`http://127.0.0.1:${port}`);
  } finally {
    if (store.connected) store.disconnect();
  }
}

function quietOf(tenants: number, options: Options): Promise<Quiet> {
  return withStore({ tenants, firing: 0 }, options, async (prometheusUrl) => {
    const database = await freshDatabase();
    const pool = new Pool({ connectionString: database.url, max: 1 });
    try {
      await writeFleetTenants(database.url, tenants);
      const cycles = await judgedCycles({ databaseUrl: database.url, prometheusUrl }, pool, options);
      const { rows } = await pool.query("SELECT pg_database_size(current_database()) / 1e6 AS megabytes");
      return { ...cycles, databaseMegabytes: Number(rows[0].megabytes) };
    } finally {
      await pool.end();
      await database.drop();
    }
  });
}

async function judgedCycles(
  { databaseUrl, prometheusUrl }: { databaseUrl: string; prometheusUrl: string },
  pool: Pool,
  { root, signal }: Options,
): Promise<Omit<Quiet, "databaseMegabytes">> {
  const child = startChildWorker<CycleTime>({ root, signal }, "bench/evaluator-process.ts", {
    DATABASE_URL: databaseUrl,
    PROMETHEUS_URL: prometheusUrl,
  });
  const cycles: CycleTime[] = [];
  let before = 0;
  try {
    const firstMs = Math.floor(Date.now() / INTERVAL_MS) * INTERVAL_MS;
    for (let nth = 0; nth < UNMEASURED + MEASURED; nth++) {
      if (nth === UNMEASURED) before = await rowsWritten(pool, signal);
      const judged = await child.ask(firstMs + nth * INTERVAL_MS);
      if (nth >= UNMEASURED) cycles.push(judged);
    }
    const rows = ((await rowsWritten(pool, signal)) - before) / MEASURED;
    return {
      wallMs: median(cycles.map(({ wallMs }) => wallMs)),
      cpuMs: median(cycles.map(({ cpuMs }) => cpuMs)),
      peakMegabytes: Math.max(...cycles.map(({ peakMegabytes }) => peakMegabytes)),
      rows,
    };
  } finally {
    await child.stop();
  }
}

async function rowsWritten(pool: Pool, signal: AbortSignal): Promise<number> {
  await sleep(STATISTICS_MS, undefined, { signal });
  const { rows } = await pool.query(
    "SELECT sum(n_tup_ins + n_tup_upd + n_tup_del)::float8 AS written FROM pg_stat_user_tables",
  );
  return rows[0].written;
}
