import { Pool } from "pg";
import PostalMime from "postal-mime";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { dayAndMoment } from "@/alerting/mail/moments";
import { jobSamples, type MadeRun } from "@/lib/data-migrations/jobs.fixture";
import { STALLED_LIKE } from "@/lib/data-migrations/reports";
import { createDataMigrationStore, dataMigrationStore } from "@/lib/data-migrations/store";
import { databaseOf } from "@/lib/infra/db";
import { createPrometheus } from "@/lib/prometheus/client";
import { mintTenantScope } from "@/lib/tenant/mint";
import { startBreakingProxy } from "@/testing/breaking-proxy";
import { defaultBundle, startTestEvaluation, type TestEvaluation } from "@/testing/evaluation";
import { MAIL_FROM, testMail } from "@/testing/outbox";
import { startPrometheus, type TestPrometheus } from "@/testing/prometheus";
import { createLook, startMigrationMails } from "./data-migrations";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const NOW_MS = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS;
/** What lasts goes on after now, for as long as these tests may take. */
const LATER_MS = NOW_MS + 10 * MINUTE_MS;
const ago = (hours: number) => NOW_MS - hours * HOUR_MS;

const done =
  (fromMs: number, untilMs = LATER_MS) =>
  (atMs: number) => ({
    migration_items_done: Math.floor((Math.min(atMs, untilMs) - fromMs) / MINUTE_MS),
    migration_items_expected: 1_000,
  });
const run = (tenant: string, fromMs: number, toMs: number, change: Partial<MadeRun> = {}): MadeRun => ({
  tenant,
  jobName: "move",
  fromMs,
  toMs,
  reports: done(fromMs),
  ...change,
});
const ended = (tenant: string, hours: number, how: "succeeded" | "failed"): MadeRun =>
  run(tenant, ago(hours + 1), ago(hours - 0.1), {
    ended: { atMs: ago(hours), how },
    errors: [{ atMs: ago(hours + 0.5), text: `${tenant} lost its source` }],
  });
/** Another pod of a tenant, which still has data after the tenant's job is gone. */
const beside = (tenant: string, fromMs = ago(1.5)): MadeRun => ({
  tenant,
  jobName: "serve",
  fromMs,
  toMs: LATER_MS,
});

const RUNS: MadeRun[] = [
  run("running", ago(2), LATER_MS),
  run("quiet", ago(2), LATER_MS, { reports: () => ({}) }),
  run("silent", ago(2), LATER_MS, { reports: (atMs) => (atMs > ago(1) ? {} : done(ago(2))(atMs)) }),
  run("stalled", ago(2), LATER_MS, { reports: done(ago(2), ago(1)) }),
  ended("failed", 21, "failed"),
  ended("done", 1, "succeeded"),
  ended("old", 25, "failed"),
  ended("off", 1, "failed"),
  ended("evicted", 1, "failed"),
  ended("early", 1, "failed"),
  run("gone", ago(2), ago(1)),
  beside("gone"),
  run("blinked", ago(2), ago(0.1)),
  beside("blinked"),
  // The tenant had no data for most of an hour: what is missing now may only have been missed.
  run("unheard", ago(2), ago(1)),
  beside("unheard", ago(0.1)),
];
const TENANTS = [...new Set(RUNS.map(({ tenant }) => tenant))];
const MIGRATION = {
  job: "move",
  title: "Photos of the old server",
  source: "old.example",
  issueUrl: "https://github.com/acme/infra/issues/61",
  rerun: "safe-on-existing-data",
  items: "photos",
  declaredPeak: { cpuCores: 1, memoryBytes: "300Mi", storageBytes: "100Mi" },
  steadyState: { cpuCores: 0.5, memoryBytes: "200Mi", storageBytes: "80Mi" },
};

let server: TestPrometheus;
let world: TestEvaluation;
beforeAll(async () => {
  [server, world] = await Promise.all([
    startPrometheus({ openMetrics: jobSamples(RUNS) }),
    startTestEvaluation(TENANTS),
  ]);
  await world.query("INSERT INTO definition (kind, document) VALUES ('bundle', $1)", [defaultBundle()]);
  await world.query("UPDATE tenant SET migrations = $1, time_zone = 'America/New_York'", [
    JSON.stringify([MIGRATION]),
  ]);
  await world.query("UPDATE tenant SET state = 'onboarding' WHERE id = 'early'");
  await world.query("UPDATE tenant SET leaving = $1 WHERE id = 'evicted'", [
    {
      eviction: {
        from: new Date(ago(3)).toISOString().replace(".000Z", "Z"),
        issueUrl: "https://github.com/acme/infra/issues/9",
      },
    },
  ]);
});
afterAll(async () => {
  await Promise.all([server?.stop(), world?.drop()]);
});
beforeEach(async () => {
  await world.query("TRUNCATE mail, migration_told, migration_mail_setting, housekeeping, cycle CASCADE");
  await dataMigrationStore.saveMailsWanted(mintTenantScope("off"), false, "owner");
});

const never = new AbortController().signal;
const options = (prometheus = createPrometheus({ url: server.url })) => ({
  mailFrom: MAIL_FROM,
  portalUrl: "https://watchpost.example",
  label: "tenant",
  prometheus,
});
/** One look, a minute after the last. */
async function look(url = server.url) {
  await world.query("TRUNCATE housekeeping");
  return createLook(options(createPrometheus({ url })))(never);
}
type Row = { tenant_id: string; kind: string; recipient: string; order_key: string; raw: Buffer };
const mails = () =>
  world.query<Row>("SELECT tenant_id, kind, recipient, order_key, raw FROM mail ORDER BY tenant_id, seq");
const kinds = async () => (await mails()).map(({ tenant_id: id, kind }) => [id, kind]);
const records = () =>
  world.query<{ tenant_id: string; what: string; mailed: boolean }>(
    "SELECT tenant_id, what, mail_id IS NOT NULL AS mailed FROM migration_told ORDER BY tenant_id, what",
  );
const DUE = [
  ["done", "migration-succeeded"],
  ["failed", "migration-failed"],
  ["gone", "migration-gone"],
  ["stalled", "migration-stalled"],
];

describe("mails about migrations", () => {
  test("report each end of the last day and each standstill once, and nothing of what runs, is silent, may not be gone, or belongs to another tenant", async () => {
    expect(await look()).toMatchObject({ tenants: 10, unanswered: 1, mails: 4 });
    expect(await kinds()).toEqual(DUE);
    expect(await records()).toEqual([
      { tenant_id: "done", what: "succeeded", mailed: true },
      { tenant_id: "failed", what: "failed", mailed: true },
      { tenant_id: "gone", what: "gone", mailed: true },
      { tenant_id: "old", what: "failed", mailed: false },
      { tenant_id: "stalled", what: "stalled at 60 items", mailed: true },
    ]);
    expect(await look()).toMatchObject({ unanswered: 1, mails: 0 });
    expect(await kinds()).toEqual(DUE);
  });

  test("go to their own tenant, in the order of their run, with what the page says of it and the tenant's own time", async () => {
    await look();
    const failed = (await mails()).find(({ tenant_id: id }) => id === "failed");
    if (!failed) throw new Error("no mail");
    const id = `move.${ago(22) / 1000}`;
    expect(failed).toMatchObject({
      recipient: "owner@failed.example",
      order_key: `failed/migration/${id}`,
    });
    const { subject, text, html } = await PostalMime.parse(failed.raw);
    expect(subject).toBe("[Watchpost] Migration failed: Photos of the old server (5.9 %)");
    const flat = text?.replace(/\s+/g, " ");
    for (const words of [
      "59 of 1,000 photos (5.9 %)",
      "“failed lost its source”",
      `Ended ${dayAndMoment(ago(21), "America/New_York")}`,
      "Duration 1 h",
      `https://watchpost.example/migration?run=${id}`,
      "https://watchpost.example/migration#mails",
    ])
      expect(flat).toContain(words);
    for (const other of TENANTS.filter((tenant) => tenant !== "failed" && tenant !== "old"))
      expect(`${text}${html}`).not.toContain(`${other} lost`);
  });

  test("are written by whoever's turn it is, once a minute, also where the clock was put back", async () => {
    const both = await Promise.all([createLook(options())(never), createLook(options())(never)]);
    expect(both.filter((result) => result !== null)).toHaveLength(1);
    expect(await kinds()).toEqual(DUE);
    expect(await createLook(options())(never)).toBeNull();
    for (const begun of ["now() - interval '1 minute'", "now() + interval '1 day'"]) {
      await world.query(`UPDATE housekeeping SET begun_at = ${begun}`);
      expect(await createLook(options())(never)).not.toBeNull();
    }
  });

  test("wait for Prometheus to answer and for clocks to agree: until then nothing is reported, and nothing is lost", async () => {
    expect(await look("http://127.0.0.1:9")).toMatchObject({ tenants: 10, unanswered: 10, mails: 0 });
    await world.query(
      `INSERT INTO cycle (signal, line, slot, outcome, reason, interval_seconds, missed, judged, answered, dropped, evaluator, run,
         started_at) VALUES ('latency', 'p95', now(), 'failed', 'clock', 30, 0, 1, 1, 0, gen_random_uuid(), gen_random_uuid(), now())`,
    );
    expect(await look()).toBeNull();
    expect(await records()).toEqual([]);
    await world.query("TRUNCATE cycle");
    await look();
    expect(await kinds()).toEqual(DUE);
  });

  test("of a tenant whose definition can't be read keep nobody else's back", async () => {
    await world.query(`UPDATE tenant SET migrations = '[{"job":"move","colour":"blue"}]' WHERE id = 'done'`);
    expect(await look()).toMatchObject({ unanswered: 2, mails: 3 });
    await world.query("UPDATE tenant SET migrations = $1 WHERE id = 'done'", [JSON.stringify([MIGRATION])]);
    expect(await look()).toMatchObject({ unanswered: 1, mails: 1 });
  });

  test("are looked for until the worker stops, which doesn't wait for a Prometheus that hangs", async () => {
    server.signal("SIGSTOP");
    // It waits for longer than a test may take.
    const patient = createPrometheus({ url: server.url, timeoutMs: 600_000 });
    const worker = startMigrationMails({ ...options(patient), lookEveryMs: 60_000 });
    await expect.poll(() => world.query("SELECT FROM housekeeping")).toHaveLength(1);
    await worker.stop();
    server.signal("SIGCONT");
    expect(await records()).toEqual([]);
    await look();
    expect(await kinds()).toEqual(DUE);
  });
});

describe("the owner's switch", () => {
  const off = mintTenantScope("off");

  test("is on until they switch it off, holds for them alone, and keeps who did it", async () => {
    await world.query("TRUNCATE migration_mail_setting");
    expect(await dataMigrationStore.readMailsWanted(off)).toBe(true);
    await dataMigrationStore.saveMailsWanted(off, true, "owner");
    expect(await world.query("SELECT FROM migration_mail_setting")).toEqual([]);
    await dataMigrationStore.saveMailsWanted(off, false, "ada");
    expect(await dataMigrationStore.readMailsWanted(off)).toBe(false);
    expect(await dataMigrationStore.readMailsWanted(mintTenantScope("done"))).toBe(true);
    expect(await world.query("SELECT tenant_id, enabled, updated_by FROM migration_mail_setting")).toEqual([
      { tenant_id: "off", enabled: false, updated_by: "ada" },
    ]);
  });

  test("switched on again, reports what comes, and nothing that ended meanwhile", async () => {
    await dataMigrationStore.saveMailsWanted(off, true, "owner");
    await look();
    expect(await kinds()).toEqual(DUE);
    expect(await records()).toContainEqual({ tenant_id: "off", what: "failed", mailed: false });
    // Switched on before it ended: an owner who never touched the switch and one who did get the same mail.
    await world.query("TRUNCATE migration_told");
    await world.query("UPDATE migration_mail_setting SET updated_at = now() - interval '3 hours'");
    await look();
    expect(await kinds()).toContainEqual(["off", "migration-failed"]);
  });

  test("that is set to what it is keeps its time", async () => {
    await dataMigrationStore.saveMailsWanted(off, true, "owner");
    await world.query("UPDATE migration_mail_setting SET updated_at = now() - interval '3 hours'");
    await dataMigrationStore.saveMailsWanted(off, true, "owner");
    const [row] = await world.query<{ old: boolean }>(
      "SELECT updated_at < now() - interval '2 hours' AS old FROM migration_mail_setting",
    );
    expect(row?.old).toBe(true);
  });

  test("switched off between the look and the writing, lets no mail be written", async () => {
    const mail = await testMail("off", { kind: "migration-failed" });
    expect(
      await dataMigrationStore.recordReport(
        off,
        await turn(),
        { runId: "move.1", what: "failed", onceADay: null },
        mail,
      ),
    ).toBe(false);
    expect(await kinds()).toEqual([]);
    expect(await records()).toEqual([]);
  });
});

/** The turn of the worker that looks now. */
async function turn(): Promise<{ begunAt: Date }> {
  await world.query("INSERT INTO housekeeping VALUES ('migration-mails', now()) ON CONFLICT DO NOTHING");
  const [row] = await world.query<{ begunAt: Date }>(
    `SELECT begun_at AS "begunAt" FROM housekeeping WHERE job = 'migration-mails'`,
  );
  if (!row) throw new Error("There should be a turn.");
  return row;
}

describe("what is reported about a run", () => {
  const scope = mintTenantScope("failed");
  const failed = { runId: "move.1", what: "failed", onceADay: null };
  const mail = () => testMail("failed", { kind: "migration-failed" });

  test("is one mail, however many workers write it at once", async () => {
    const all = await Promise.all(
      Array.from({ length: 6 }, async () =>
        dataMigrationStore.recordReport(scope, await turn(), failed, await mail()),
      ),
    );
    expect(all.filter(Boolean)).toHaveLength(1);
    expect(await kinds()).toEqual([["failed", "migration-failed"]]);
  });

  test("is nothing by a worker that stood still until another's turn, whatever it saw", async () => {
    const earlier = await turn();
    await world.query("UPDATE housekeeping SET begun_at = begun_at + interval '46 seconds'");
    expect(await dataMigrationStore.recordReport(scope, earlier, failed, await mail())).toBe(false);
    expect(await kinds()).toEqual([]);
  });

  test("is one standstill a day, also where two workers see it at different counts", async () => {
    const stalled = async (count: number) =>
      dataMigrationStore.recordReport(
        scope,
        await turn(),
        { runId: "move.1", what: `stalled at ${count} items`, onceADay: STALLED_LIKE },
        await testMail("failed", { kind: "migration-stalled" }),
      );
    expect((await Promise.all([stalled(5), stalled(6), stalled(7)])).filter(Boolean)).toHaveLength(1);
    expect(await dataMigrationStore.recordReport(scope, await turn(), failed, await mail())).toBe(true);
    await world.query("UPDATE migration_told SET at = now() - interval '25 hours'");
    expect(await stalled(8)).toBe(true);
    expect(await kinds()).toHaveLength(3);
  });

  test.each(["before", "after"] as const)(
    "is one mail where the connection breaks %s its COMMIT",
    async (how) => {
      const proxy = await startBreakingProxy(world.url);
      const pool = new Pool({ connectionString: proxy.url });
      pool.on("error", () => {});
      try {
        proxy.breakNextCommit(how, { after: "migration_told" });
        await expect(
          createDataMigrationStore(databaseOf(pool)).recordReport(scope, await turn(), failed, await mail()),
        ).rejects.toThrow();
        // What came through stands whole, and what didn't left nothing.
        await expect
          .poll(async () => (await mails()).length === (await dataMigrationStore.readReported(scope)).length)
          .toBe(true);
        await createDataMigrationStore(databaseOf(pool)).recordReport(
          scope,
          await turn(),
          failed,
          await mail(),
        );
        expect(await kinds()).toEqual([["failed", "migration-failed"]]);
        expect(await dataMigrationStore.readReported(scope)).toHaveLength(1);
      } finally {
        await pool.end();
        await proxy.stop();
      }
    },
  );

  test("is nothing once the tenant has left, and goes with its row", async () => {
    expect(
      await dataMigrationStore.recordReport(
        mintTenantScope("early"),
        await turn(),
        failed,
        await testMail("early"),
      ),
    ).toBe(false);
    await world.query(
      "INSERT INTO tenant (id, name, contact_address, time_zone, state, links) VALUES ('left', 'l', 'a@b.example', 'UTC', 'live', '{}')",
    );
    expect(
      await dataMigrationStore.recordReport(
        mintTenantScope("left"),
        await turn(),
        failed,
        await testMail("left"),
      ),
    ).toBe(true);
    await dataMigrationStore.saveMailsWanted(mintTenantScope("left"), false, "owner");
    await world.query("DELETE FROM tenant WHERE id = 'left'");
    expect(await records()).toEqual([]);
    expect(await kinds()).toEqual([]);
  });
});
