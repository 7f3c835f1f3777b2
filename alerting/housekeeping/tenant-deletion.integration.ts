import { Pool } from "pg";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { deletedTenantDigest } from "@/lib/eviction/deletion-notice";
import { createEvictionStore } from "@/lib/eviction/store";
import { databaseOf } from "@/lib/infra/db";
import { type BreakingProxy, startBreakingProxy } from "@/testing/breaking-proxy";
import { startTestOutbox, type TestOutbox } from "@/testing/outbox";
import { ISSUE_URL, over, seedTenant, TENANT_ROWS, tablesOf } from "@/testing/tenant-rows";
import { startWorkerProcess } from "@/testing/worker";
import { startTenantDeletion, type TenantDeletionOptions } from "./tenant-deletion";

const LEAVES = "lantern-7f3";
const STAYS = "harbour";
const DAY_MS = 86_400_000;
const instant = (atMs: number) => `${new Date(atMs).toISOString().slice(0, 19)}Z`;

let db: TestOutbox;
const running: { stop(): Promise<unknown> }[] = [];
beforeEach(async () => {
  db = await startTestOutbox([]);
  await seedTenant(db.pool, STAYS);
});
afterEach(async () => {
  for (const each of running.splice(0)) await each.stop();
  await db.drop();
});

const query = async <R extends object>(text: string, values: unknown[] = []) =>
  (await db.pool.query<R>(text, values)).rows;
const isThere = async (id: string) => (await query("SELECT FROM tenant WHERE id = $1", [id])).length === 1;
async function counts(): Promise<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const table of await tablesOf(db.pool)) found[table] = (await query(`SELECT FROM ${table}`)).length;
  return found;
}
type Receipts = Parameters<NonNullable<TenantDeletionOptions["onReceipt"]>>[0][];
const eviction = (pool = db.pool) => createEvictionStore(databaseOf(pool));

function worker(pool = db.pool): Receipts {
  const receipts: Receipts = [];
  running.push(
    startTenantDeletion({
      lookEveryMs: 50,
      store: eviction(pool),
      onReceipt: (receipt) => void receipts.push(receipt),
    }),
  );
  return receipts;
}
const isGone = async () => expect.poll(() => eviction().rowsNaming(LEAVES)).toEqual({});

describe("the deletion at the end of the 30 days", () => {
  test("leaves no row with the tenant's id in any column of any table, touches nobody else, and counts what it deleted", async () => {
    const withTenant = await query<{ name: string }>(
      "SELECT table_name AS name FROM information_schema.columns WHERE column_name = 'tenant_id' AND table_schema = current_schema()",
    );
    // A table that has a tenant's id and isn't seeded would be deleted from unseen.
    expect(Object.keys(TENANT_ROWS)).toEqual(expect.arrayContaining(withTenant.map(({ name }) => name)));
    const before = await counts();
    await seedTenant(db.pool, LEAVES, over());
    await query(
      `INSERT INTO cycle (signal, line, slot, outcome, reason, detail, interval_seconds, missed, judged, answered, dropped, evaluator,
        run, started_at)
       VALUES ('latency', 'p95', now(), 'failed', 'several-series', $1, 30, 0, 1, 1, 0, gen_random_uuid(), gen_random_uuid(), now())`,
      [`More than one series for the tenant ${LEAVES}.`],
    );
    await query(
      "INSERT INTO relay_check (relay, ok, reason, breaker) VALUES ('relay', false, $1, 'closed')",
      [`451 4.7.1 <owner@${LEAVES}.example>: later`],
    );
    const seeded = [...Object.keys(TENANT_ROWS), "tenant"];
    for (const table of seeded)
      expect(await eviction().rowsNaming(LEAVES), table).toHaveProperty(table === "bounce" ? "mail" : table);

    const receipts = worker();
    await isGone();
    await expect.poll(() => receipts).toHaveLength(1);
    expect(await counts()).toEqual({ ...before, cycle: 1, departure: 1, relay_check: 1 });
    expect(receipts[0]).toMatchObject({ tenant: LEAVES, idDigest: deletedTenantDigest(LEAVES) });
    expect(receipts[0]?.deleted).toEqual(Object.fromEntries(seeded.map((table) => [table, 1])));
    expect(await query("SELECT detail FROM cycle")).toEqual([
      { detail: "More than one series for the tenant (deleted)." },
    ]);
    const deletionNotice = (await eviction().readDepartures([LEAVES, STAYS])).get(LEAVES);
    expect(deletionNotice).toEqual({
      notServingFromMs: receipts[0]?.notServingFromMs,
      overAtMs: (receipts[0]?.notServingFromMs ?? 0) + 30 * DAY_MS,
      zone: "Europe/Berlin",
      issueUrl: ISSUE_URL,
    });
  });

  test("takes a name only where it stands by itself: a tenant whose id begins alike is left alone", async () => {
    await seedTenant(db.pool, "lantern", over());
    await seedTenant(db.pool, "lantern-annex");
    const before = await eviction().rowsNaming("lantern-annex");
    worker();
    await expect.poll(() => isThere("lantern")).toBe(false);
    expect(await eviction().rowsNaming("lantern-annex")).toEqual(before);
  });

  test("happens once, however many workers look and however often, with one receipt", async () => {
    await seedTenant(db.pool, LEAVES, over());
    const tries = await Promise.all([1, 2, 3, 4].map(() => eviction().deleteOver(LEAVES)));
    expect(tries.filter(Boolean)).toHaveLength(1);
    expect(await eviction().deleteOver(LEAVES)).toBe(false);
    await seedTenant(db.pool, "second", over());
    const [a, b] = [worker(), worker()];
    await expect.poll(() => [...a, ...b].map(({ tenant }) => tenant)).toEqual(["second"]);
    // No worker knows any more whose the first one was; so its receipt waits, and then names the digest alone.
    await query("UPDATE departure SET deleted_at = now() - interval '6 minutes' WHERE receipt_at IS NULL");
    await expect.poll(() => [...a, ...b].length).toBe(2);
    expect([...a, ...b].find(({ tenant }) => tenant === null)?.idDigest).toBe(deletedTenantDigest(LEAVES));
  });

  test.each<[string, () => object]>([
    ["a minute after the 30 days are over, and not before", () => over(20)],
    [
      "not while a fault of the platform lasts",
      () => over(3_600, [{ from: instant(Date.now() - DAY_MS), reason: "Fault." }]),
    ],
    [
      "not before the time that a fault took has been given back",
      () =>
        over(3_600, [
          { from: instant(Date.now() - 2 * DAY_MS), until: instant(Date.now() - DAY_MS), reason: "Fault." },
        ]),
    ],
    [
      "not by a date that this version can't read",
      () => ({ eviction: { from: "last year", issueUrl: ISSUE_URL } }),
    ],
    ["not where no eviction is announced", () => ({})],
  ])("comes %s", async (_when, leavingNow) => {
    await seedTenant(db.pool, LEAVES, leavingNow());
    const before = await counts();
    expect(await eviction().readOver()).toEqual([]);
    expect(await eviction().deleteOver(LEAVES)).toBe(false);
    expect(await counts()).toEqual(before);
  });

  test("happens in whatever state the definitions left the tenant", async () => {
    for (const state of ["onboarding", "ended"]) {
      await seedTenant(db.pool, `${LEAVES}-${state}`, over());
      await query("UPDATE tenant SET state = $1::tenant_state WHERE id = $2", [state, `${LEAVES}-${state}`]);
    }
    worker();
    await isGone();
  });
});

describe("a pause that is applied at the last moment", () => {
  const pause = { from: instant(Date.now() - DAY_MS), reason: "The export tool is down." };

  test("between the look and the lock stops the deletion", async () => {
    await seedTenant(db.pool, LEAVES, over());
    const before = await counts();
    expect(await eviction().readOver()).toEqual([LEAVES]);
    const client = await db.pool.connect();
    await client.query("BEGIN");
    await client.query("UPDATE tenant SET leaving = $1 WHERE id = $2", [over(3_600, [pause]), LEAVES]);
    const deletion = eviction().deleteOver(LEAVES);
    await expect
      .poll(() =>
        query("SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"),
      )
      .toHaveLength(1);
    await client.query("COMMIT");
    client.release();
    expect(await deletion).toBe(false);
    expect(await counts()).toEqual(before);
  });

  test("by an apply that has begun is awaited, whatever that apply is about to write", async () => {
    await seedTenant(db.pool, LEAVES, over());
    const client = await db.pool.connect();
    await client.query("BEGIN");
    await client.query("SELECT pg_advisory_xact_lock(7310262115842002)");
    const deletion = eviction().deleteOver(LEAVES);
    await expect
      .poll(() =>
        query(
          `SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
             AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
        ),
      )
      .toHaveLength(1);
    await client.query("UPDATE tenant SET leaving = $1 WHERE id = $2", [over(3_600, [pause]), LEAVES]);
    await client.query("COMMIT");
    client.release();
    expect(await deletion).toBe(false);
    expect(await isThere(LEAVES)).toBe(true);
  });
});

describe("a worker that is cut off in COMMIT", () => {
  let proxy: BreakingProxy;
  beforeEach(async () => {
    proxy = await startBreakingProxy(db.url);
    running.push(proxy);
  });

  test.each(["before", "after"] as const)(
    "loses nothing: broken %s the server has done it, the next look ends it, with one receipt that names the tenant",
    async (how) => {
      await seedTenant(db.pool, LEAVES, over());
      const pool = new Pool({ connectionString: proxy.url });
      pool.on("error", () => {});
      let broken = 0;
      proxy.breakNextCommit(how, { after: "INSERT INTO departure", onBreak: () => (broken += 1) });
      const receipts = worker(pool);
      await isGone();
      await expect.poll(() => receipts.map(({ tenant }) => tenant)).toEqual([LEAVES]);
      expect(broken).toBe(1);
      await running.pop()?.stop();
      await pool.end();
    },
  );

  test.each(["during", "after"] as const)(
    "or killed, %s: the next worker's log has the one receipt, and no address",
    async (how) => {
      await seedTenant(db.pool, LEAVES, over());
      const settings = { PROMETHEUS_URL: "http://127.0.0.1:9", SMTP_URL: "smtp://127.0.0.1:9" };
      const begin = (url: string) => {
        const started = startWorkerProcess({ ...settings, DATABASE_URL: url });
        running.push({ stop: async () => void started.child.kill("SIGKILL") });
        return started;
      };
      const killed: { worker?: ReturnType<typeof begin> } = {};
      proxy.breakNextCommit(how, {
        after: "INSERT INTO departure",
        onBreak: () => killed.worker?.child.kill("SIGKILL"),
      });
      killed.worker = begin(`${proxy.url}?application_name=killed`);
      await killed.worker.ended();
      expect(killed.worker.said()).not.toContain("tenant-deleted");
      // Whether its COMMIT is done or not is settled once the server has given up its connections.
      await expect
        .poll(() => query("SELECT FROM pg_stat_activity WHERE application_name = 'killed'"))
        .toEqual([]);
      await query("UPDATE departure SET deleted_at = now() - interval '6 minutes'");
      const next = begin(db.url);
      await expect.poll(() => next.said()).toContain("tenant-deleted");
      await isGone();
      const lines = next
        .said()
        .split("\n")
        .filter((line) => line.includes("tenant-deleted"));
      expect(lines).toHaveLength(1);
      expect(JSON.parse(lines[0] ?? "")).toMatchObject({
        idDigest: deletedTenantDigest(LEAVES),
        deleted: { tenant: 1, mail: 1, threshold_edit: 1 },
      });
      expect(lines[0]).not.toMatch(/@|\.example/);
    },
  );
});
