import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type DatabaseCluster, startDatabaseCluster } from "./database-cluster";
import { mountSmallDisk } from "./small-disk";

let folder: string;
let cluster: DatabaseCluster;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "watchpost-cluster-"));
  cluster = await startDatabaseCluster(path.join(folder, "data"), folder);
});
afterAll(async () => {
  await cluster?.end();
  await rm(folder, { recursive: true, force: true });
});

async function ask(text: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: cluster.urlOn(cluster.primaryPort()) });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

test("what was confirmed is there after each of two failovers, on another server", async () => {
  await ask("CREATE TABLE kept (n int)");
  for (const n of [1, 2]) {
    const before = cluster.primaryPort();
    await ask(`INSERT INTO kept VALUES (${n})`);
    await cluster.failOver();
    expect(cluster.primaryPort()).not.toBe(before);
  }
  expect(await ask("SELECT n FROM kept ORDER BY n")).toEqual([{ n: 1 }, { n: 2 }]);
});

test("a primary that was killed comes back with what was confirmed, and refuses while its connections are taken", async () => {
  await ask("CREATE TABLE also_kept ()");
  await cluster.primary().kill();
  await expect(ask("SELECT")).rejects.toThrow();
  cluster.primary().start();
  await cluster.untilReplicated();
  const giveBack = await cluster.takeConnections();
  await expect(ask("SELECT FROM also_kept")).rejects.toThrow(/remaining connection slots|too many clients/);
  await giveBack();
  await expect.poll(() => ask("SELECT FROM also_kept").catch(String)).toEqual([]);
});

test("a full disk stops the writes and loses none", async () => {
  await ask("CREATE TABLE before_full AS SELECT generate_series(1, 1000) AS n");
  const makeRoom = await cluster.fillDisk();
  if (!makeRoom) {
    // This process may not mount a disk of its own, and no other is filled.
    expect(process.getuid?.() === 0 ? await mountSmallDisk(path.join(folder, "other"), 1) : null).toBeNull();
    return;
  }
  await expect
    .poll(() =>
      ask("INSERT INTO before_full SELECT generate_series(1, 1000000)").then(() => "written", String),
    )
    .toMatch(/No space left|could not|not yet accepting|in recovery|ECONNREFUSED|shutting down|terminat/);
  await makeRoom();
  await cluster.untilReplicated();
  expect(await ask("SELECT count(*)::int AS n FROM before_full WHERE n <= 1000")).toEqual([{ n: 1000 }]);
});
