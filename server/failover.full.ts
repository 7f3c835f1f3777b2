import { Client } from "pg";
import { afterEach, expect, test, vi } from "vitest";
import { platformSamples } from "@/lib/evaluation/platform.fixture";
import { freePort } from "@/server/free-port";
import { migrateDatabase } from "@/server/migrate";
import { defaultBundle } from "@/testing/evaluation";
import { startPrometheus } from "@/testing/prometheus";
import { startTestRelay, type TestRelay } from "@/testing/relay";
import { type StreamingPostgres, startStreamingPostgres } from "@/testing/streaming-postgres";
import { askHttp, METRICS_TOKEN, startWorkerProcess } from "@/testing/worker";

// A real primary and its streaming standby, which becomes the primary while the real worker judges and mails.

const until = <T>(condition: () => Promise<T>) => vi.waitFor(condition, { timeout: 240_000, interval: 200 });
const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function query(postgres: StreamingPostgres, text: string, values: unknown[] = []) {
  const client = new Client({
    connectionString: postgres.url,
    connectionTimeoutMillis: 3_000,
    query_timeout: 5_000,
  });
  client.on("error", () => {});
  await client.connect();
  try {
    return (await client.query(text, values)).rows;
  } finally {
    await client.end().catch(() => {});
  }
}

const subjects = ({ taken }: TestRelay) =>
  taken.map(({ raw }) => /^Subject: (\[[^\]]+\])/m.exec(String(raw))?.[1]);
const threadOf = (raw: Buffer | undefined) => /<episode\.[^>]+>/.exec(String(raw))?.[0];

/** The portal's worker on such a database, with a capability that fails. Where the standby falls behind, it does so before the worker begins. */
async function begin(synchronous: boolean) {
  const postgres = await startStreamingPostgres({ synchronous });
  stops.push(postgres.stop);
  await migrateDatabase(postgres.url);
  await query(
    postgres,
    `INSERT INTO tenant (id, name, contact_address, time_zone, state, links)
     VALUES ('photos', 'Photos', 'owner@photos.example', 'UTC', 'live', '{}')`,
  );
  await query(postgres, "INSERT INTO definition (kind, document) VALUES ('bundle', $1)", [defaultBundle()]);
  await query(
    postgres,
    `INSERT INTO threshold_setting (tenant_id, signal, line, enabled, value, inclusive, for_seconds, recover_for_seconds, version,
      updated_by) VALUES ('photos', 'error-rate', 'error-rate', true, 0.1, false, 10, 60, 1, 'owner')`,
  );
  const nowMs = Math.floor(Date.now() / 15_000) * 15_000;
  const during = { fromMs: nowMs - 1_200_000, toMs: nowMs + 1_200_000 };
  const openMetrics = platformSamples([{ id: "photos", ...during, errorShare: () => 0.5 }]);
  const [prometheus, relay] = await Promise.all([startPrometheus({ openMetrics }), startTestRelay()]);
  stops.push(prometheus.stop, relay.stop);
  if (!synchronous) await postgres.fallBehind();
  const port = await freePort();
  const worker = startWorkerProcess({
    DATABASE_URL: postgres.url,
    PROMETHEUS_URL: prometheus.url,
    SMTP_URL: relay.url,
    WORKER_PORT: String(port),
    LOG_LEVEL: "error",
  });
  stops.push(async () => {
    worker.child.kill("SIGKILL");
    await worker.ended();
  });
  await until(async () => expect((await askHttp(port, "/readyz"))?.status, worker.said()).toBe(200));
  return { postgres, relay, port, worker };
}

const losses = async (port: number) =>
  /^watchpost_database_losses_total (\d+)$/m.exec(
    (await askHttp(port, "/metrics", { authorization: `Bearer ${METRICS_TOKEN}` }))?.text ?? "",
  )?.[1];

test("a failover to a standby that was behind is noticed and said, and who was told that an alert fires gets an end", async () => {
  const { postgres, relay, port, worker } = await begin(false);
  await until(async () => expect(subjects(relay), worker.said()).toEqual(["[Watchpost: alert]"]));
  await postgres.failOver();
  expect(await query(postgres, "SELECT FROM mail")).toEqual([]);
  await until(async () => {
    const readyz = await askHttp(port, "/readyz");
    expect(readyz?.status, worker.said()).toBe(200);
    expect(readyz?.text).toContain("The database lost judgements that it had confirmed");
  });
  expect(await losses(port)).toBe("1");
  await until(async () => expect(subjects(relay), worker.said()).toContain("[Watchpost: no record]"));
  const [firing] = relay.taken;
  const end = relay.taken[subjects(relay).indexOf("[Watchpost: no record]")];
  expect(threadOf(firing?.raw)).toBeDefined();
  expect(threadOf(end?.raw)).toBe(threadOf(firing?.raw));
  expect(worker.said()).toContain("The database lost the record of mails that had left");
  // It is still failing, so it fires again, in a thread of its own.
  await until(async () =>
    expect(subjects(relay).toSorted(), worker.said()).toEqual([
      "[Watchpost: alert]",
      "[Watchpost: alert]",
      "[Watchpost: no record]",
    ]),
  );
  expect(new Set(relay.taken.map(({ raw }) => threadOf(raw))).size).toBe(2);
});

test("a failover with synchronous replication loses nothing, and nobody is told twice", async () => {
  const { postgres, relay, port, worker } = await begin(true);
  await until(async () => expect(subjects(relay), worker.said()).toEqual(["[Watchpost: alert]"]));
  await until(async () =>
    expect(await query(postgres, "SELECT state FROM mail")).toEqual([{ state: "accepted" }]),
  );
  await postgres.failOver();
  expect(await query(postgres, "SELECT kind, state FROM mail")).toEqual([
    { kind: "firing", state: "accepted" },
  ]);
  const [judged] = await query(postgres, "SELECT max(slot) AS slot FROM cycle");
  await until(async () => {
    const [row] = await query(
      postgres,
      "SELECT count(DISTINCT slot)::int AS later FROM cycle WHERE slot > $1",
      [judged.slot],
    );
    expect(row.later, worker.said()).toBeGreaterThan(3);
  });
  expect(await losses(port)).toBe("0");
  expect((await askHttp(port, "/readyz"))?.text).not.toContain("lost judgements");
  expect(subjects(relay)).toEqual(["[Watchpost: alert]"]);
});
