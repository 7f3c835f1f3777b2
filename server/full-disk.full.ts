import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client, Pool } from "pg";
import { afterEach, expect, test, vi } from "vitest";
import { createOutbox } from "@/lib/delivery/store";
import { platformSamples } from "@/lib/evaluation/platform.fixture";
import { databaseOf } from "@/lib/infra/db";
import { defaultBundle } from "@/testing/evaluation";
import { testMail } from "@/testing/outbox";
import { inOwnMounts } from "@/testing/own-mounts";
import { expectBuild, startCommand } from "@/testing/portal-process";
import { startPrometheus } from "@/testing/prometheus";
import { startTestRelay } from "@/testing/relay";
import { askHttp } from "@/testing/worker";
import { freePort } from "./free-port";
import { migrateDatabase } from "./migrate";

// A real PostgreSQL whose disk is full, as a small file system in memory is soon.

const until = <T>(condition: () => Promise<T>) => vi.waitFor(condition, { timeout: 240_000, interval: 100 });
const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function startSmallPostgres() {
  const folder = await mkdtemp(join(tmpdir(), "small-disk-"));
  await chmod(folder, 0o755);
  const program = [process.execPath, "--import", "tsx", "testing/postgres-process.ts", folder];
  const [file = "", ...args] = inOwnMounts(`mount -t tmpfs -o size=256m,mode=755 tmpfs "${folder}"`, program);
  const child: ChildProcess = spawn(file, args, { stdio: ["ignore", "ignore", "inherit", "ipc"] });
  const hear = async () => (await once(child, "message"))[0] as string;
  stops.push(async () => {
    const ended = once(child, "exit");
    if (child.connected) child.disconnect();
    await ended;
    await rm(folder, { recursive: true, force: true });
  });
  const url = await hear();
  const ask = async (wish: "fill" | "free") => {
    const heard = hear();
    child.send(wish);
    await heard;
  };
  return { url, ask };
}

/** Writes one row of a cycle long ago. @returns the code of what went wrong, if anything did */
const oldCycle = (pool: Pool, daysAgo: number): Promise<string | null> =>
  pool
    .query(
      `INSERT INTO cycle (signal, line, slot, outcome, interval_seconds, missed, judged, answered, dropped, evaluator, run, started_at, finished_at)
       SELECT signal, line, slot - $1 * interval '1 day', outcome, interval_seconds, missed, judged, answered, dropped, evaluator, run, started_at, finished_at
       FROM cycle ORDER BY id LIMIT 1`,
      [daysAgo],
    )
    .then(
      () => null,
      (error: { code?: string }) => error.code ?? "none",
    );

test("while the database's disk is full nothing is lost, and the worker says so; with room it goes on by itself", async () => {
  await expectBuild();
  const postgres = await startSmallPostgres();
  await migrateDatabase(postgres.url);
  const during = { fromMs: Date.now() - 900_000, toMs: Date.now() + 900_000 };
  const openMetrics = platformSamples([{ id: "photos", ...during }]);
  const [prometheus, relay] = await Promise.all([startPrometheus({ openMetrics }), startTestRelay()]);
  stops.push(prometheus.stop, relay.stop);
  const pool = new Pool({ connectionString: postgres.url });
  pool.on("error", () => {});
  stops.push(() => pool.end());
  await pool.query(
    `INSERT INTO tenant (id, name, contact_address, time_zone, state, links)
     VALUES ('photos', 'Photos', 'owner@photos.example', 'UTC', 'live', '{}')`,
  );
  await pool.query("INSERT INTO definition (kind, document) VALUES ('bundle', $1)", [defaultBundle()]);
  await pool.query("CREATE TABLE grown (text text)");
  const outbox = createOutbox(databaseOf(pool));
  const [port, workerPort] = [await freePort(), await freePort()];
  const settings = {
    ...{ DATABASE_URL: postgres.url, PROMETHEUS_URL: prometheus.url, SMTP_URL: relay.url },
    ...{ PORT: String(port), WORKER_PORT: String(workerPort), HOSTNAME: "127.0.0.1", LOG_LEVEL: "error" },
  };
  const [web, worker] = ["web", "worker"].map((part) => startCommand(["sh", `server/${part}.sh`], settings));
  for (const each of [web, worker])
    stops.push(async () => {
      each?.child.kill("SIGKILL");
      await each?.ended();
    });
  await until(async () => {
    expect((await askHttp(port, "/readyz"))?.status, web?.said()).toBe(200);
    expect((await askHttp(workerPort, "/readyz"))?.status, worker?.said()).toBe(200);
  });

  await outbox.enqueue([await testMail("photos", { subject: "Before" })]);
  await until(async () => expect(relay.taken).toHaveLength(1));
  await postgres.ask("fill");
  const grow = () => pool.query("INSERT INTO grown SELECT repeat('x', 1900) FROM generate_series(1, 2000)");
  await until(() => expect(grow()).rejects.toMatchObject({ code: "53100" }));
  // A page that is there has room for some rows: this fills the one that the worker writes to.
  for (let days = 1; (await oldCycle(pool, days)) !== "53100"; days++);
  await until(async () => {
    const readyz = await askHttp(workerPort, "/readyz");
    expect(readyz?.status, worker?.said()).toBe(503);
    expect(readyz?.text, worker?.said()).toMatch(/The database('s disk is full| can't be reached)\./);
    expect((await askHttp(workerPort, "/healthz"))?.status).toBe(200);
    expect((await askHttp(port, "/sign-in"))?.status, web?.said()).toBe(200);
  });

  await postgres.ask("free");
  await until(async () => expect((await askHttp(workerPort, "/readyz"))?.status, worker?.said()).toBe(200));
  await until(async () =>
    outbox.enqueue([await testMail("photos", { subject: "After", signal: "error-rate" })]),
  );
  await until(async () => {
    const subjects = relay.taken.map(({ raw }) => /^Subject: (.*)$/m.exec(String(raw))?.[1]?.trim());
    expect(new Set(subjects)).toEqual(new Set(["Before", "After"]));
  });
  const client = new Client({ connectionString: postgres.url });
  await client.connect();
  const { rows } = await client.query("SELECT count(*)::int AS lost FROM mail WHERE state <> 'accepted'");
  await client.end();
  expect(rows).toEqual([{ lost: 0 }]);
});
