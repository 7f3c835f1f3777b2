import { readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Pool } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createLedger } from "@/lib/alerts/ledger/store";
import { platformSamples } from "@/lib/evaluation/platform.fixture";
import { closeDatabase, databaseOf } from "@/lib/infra/db";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "@/server/embedded";
import { startBreakingProxy } from "@/testing/breaking-proxy";
import { INTERVAL_SECONDS, startTestEvaluation } from "@/testing/evaluation";
import { startPrometheus, type TestPrometheus } from "@/testing/prometheus";

const FROM_MS = Date.UTC(2026, 10, 21, 10);
const at = (minute: number) => FROM_MS + minute * 60_000;
const STEP_MINUTES = INTERVAL_SECONDS / 60;
const dataDir = join(fileURLToPath(new URL("../..", import.meta.url)), ".data/test", `killed-${process.pid}`);

let prometheus: TestPrometheus;
beforeAll(async () => {
  const errorShare = (atMs: number) => (atMs >= at(20) ? 0.5 : 0);
  const openMetrics = platformSamples([{ id: "photos", fromMs: FROM_MS, toMs: at(60), errorShare }]);
  prometheus = await startPrometheus({ openMetrics });
});
afterAll(async () => {
  await prometheus?.stop();
  await rm(dataDir, { recursive: true, force: true });
});

/** The server and each of its processes, at once and without notice. */
function killServer(): void {
  const pid = Number(readFileSync(join(dataDir, "data/postmaster.pid"), "utf8").split("\n")[0]);
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(/\s+/);
  for (const each of [pid, ...children.map(Number)]) process.kill(each, "SIGKILL");
}

test("Fault 7: a PostgreSQL that is killed during the firing's COMMIT has all of it or nothing, and the alert is mailed once", async () => {
  const server = await startEmbeddedPostgres({ dataDir });
  let running = server;
  const given = process.env.TEST_DATABASE_URL;
  process.env.TEST_DATABASE_URL = server.url;
  const evaluation = await startTestEvaluation(["photos"]).finally(() => {
    if (given === undefined) delete process.env.TEST_DATABASE_URL;
    else process.env.TEST_DATABASE_URL = given;
  });
  const proxy = await startBreakingProxy(evaluation.url);
  const pool = new Pool({ connectionString: proxy.url, connectionTimeoutMillis: 2_000 });
  pool.on("error", () => {});
  const judge = evaluation.judge(prometheus.url, { ledger: createLedger(databaseOf(pool)) });
  const rows = async () => ({
    alerts: (await evaluation.query("SELECT FROM episode")).length,
    mails: (await evaluation.mails()).length,
  });
  try {
    let restarted: Promise<EmbeddedPostgres> | null = null;
    proxy.breakNextCommit("during", {
      after: "INSERT INTO episode",
      onBreak: () => {
        killServer();
        restarted = startEmbeddedPostgres({ dataDir, port: Number(new URL(server.url).port) });
      },
    });
    let minute = 20;
    for (; restarted === null; minute += STEP_MINUTES) await judge(at(minute)).catch(() => {});
    running = (await restarted) ?? server;
    const { alerts, mails } = await rows();
    expect(mails).toBe(alerts);
    for (const end = minute + 5; minute < end; minute += STEP_MINUTES)
      await expect.poll(() => judge(at(minute)).then(({ kind }) => kind, String)).toMatch(/judged|lost/);
    expect(await rows()).toEqual({ alerts: 1, mails: 1 });
    expect((await evaluation.mails()).map(({ kind }) => kind)).toEqual(["firing"]);
  } finally {
    await pool.end();
    await proxy.stop();
    await evaluation.pool.end();
    await closeDatabase();
    await running.stop();
  }
});
