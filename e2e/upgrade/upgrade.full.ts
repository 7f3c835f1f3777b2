import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { COMPATIBLE_BUILDS } from "@/prisma/upgrade/landed-builds";
import { OWNED } from "./failing-platform";
import { ensureBuilt, ensurePastBuilt, migrationsOf, NoSuchBuildError, takeFromHistory } from "./landed-tree";
import { UpgradeOwner } from "./owner";
import { type Replica, ROOT } from "./replica";
import { prepareRollOut, type RollOut } from "./roll-out";

const ERROR_LEVEL = 50;
/** Each is begun by both workers, and won by one of them. */
const SLOTS_SIDE_BY_SIDE = 5;
const TODAYS = await migrationsOf(ROOT);
const OLDER = COMPATIBLE_BUILDS.filter(({ newestMigration }) => newestMigration !== TODAYS.at(-1));

test("a clone without the history says how to get it", async () => {
  const shallow = await mkdtemp(path.join(tmpdir(), "watchpost-shallow-"));
  try {
    await promisify(execFile)("git", ["clone", "--quiet", "--depth=1", `file://${ROOT}`, shallow]);
    const attempt = takeFromHistory(shallow, COMPATIBLE_BUILDS[0]?.commit ?? "", path.join(shallow, "old"));
    await expect(attempt).rejects.toThrow(
      new NoSuchBuildError(
        `The build ${COMPATIBLE_BUILDS[0]?.commit.slice(0, 7)} isn't in the history of this clone. Fetch all of it (git fetch --unshallow), or run the test in a whole clone.`,
      ),
    );
  } finally {
    await rm(shallow, { recursive: true, force: true });
  }
});

describe.each(OLDER)("from the build $commit to today's", ({ commit, newestMigration }) => {
  const past = path.join(ROOT, ".data/landed", commit);
  const stopping = new AbortController();
  const owners: UpgradeOwner[] = [];
  let world: RollOut;
  let busy: Promise<unknown>;
  let shares: number[] = [];
  const web: Partial<Record<"past" | "todays", Replica>> = {};
  const worker: Partial<Record<"past" | "todays" | "pastAgain", Replica>> = {};
  beforeAll(async () => {
    await takeFromHistory(ROOT, commit, past);
    await ensurePastBuilt(past);
    await ensureBuilt(ROOT);
    world = await prepareRollOut();
    for (const tenant of OWNED) owners.push(new UpgradeOwner(world.balancer.url, tenant));
  }, 900_000);
  afterAll(async () => {
    stopping.abort();
    await busy;
    await world?.stop();
  });

  const count = async (text: string, values: unknown[] = []) =>
    Number((await world.sql.query(`SELECT count(*) FROM ${text}`, values)).rows[0].count);
  const ACCEPTED = "mail WHERE kind = 'firing' AND state = 'accepted'";
  const more = async (accepted: number) => {
    const before = await count(ACCEPTED);
    await expect.poll(() => count(ACCEPTED)).toBeGreaterThanOrEqual(before + accepted);
  };
  /** How many mails a worker's log says that the relay accepted, since a time. */
  const delivered = async (by: Replica | undefined, sinceMs: number) =>
    ((await by?.log()) ?? []).filter(
      ({ msg, outcome, time }) =>
        msg === "A mail was tried." && outcome === "accepted" && Date.parse(time) > sinceMs,
    ).length;

  test("the old build judges, mails and serves on its own schema", async () => {
    web.past = await world.web(past, "old-web");
    worker.past = await world.worker(past, "old-worker");
    world.balancer.lead(web.past.port);
    expect(await migrationsOf(past)).toEqual(TODAYS.filter((name) => name <= newestMigration));
    expect(await count("_prisma_migrations")).toBe((await migrationsOf(past)).length);
    await expect.poll(() => count("cycle")).toBeGreaterThan(0);
    busy = Promise.all(owners.map((owner) => owner.keepBusy(stopping.signal)));
    busy.catch(() => {}); // awaited at the end; until then a refused owner isn't an error that nobody awaits
    await more(2);
    await Promise.all(owners.map((owner) => owner.askForTest()));
  });

  test("today's migrates below it, with a long transaction in its way and a queue of mails, and nobody stands behind it for long", async () => {
    world.setGate(true);
    await expect.poll(() => count("mail WHERE state IN ('queued', 'sending')")).toBeGreaterThan(10);
    // Two mails that no worker changes any more.
    const { rows: finished } = await world.sql.query("SELECT id FROM mail WHERE state = 'accepted' LIMIT 2");
    const [held, probed] = finished.map(({ id }) => id);
    const CHANGE = "UPDATE mail SET kind = kind WHERE id = $1";
    const writer = new Client({ connectionString: world.databaseUrl, application_name: "a long change" });
    await writer.connect();
    await writer.query("BEGIN");
    await writer.query(CHANGE, [held]);
    let migrating: Promise<string> = Promise.resolve("");
    await new Promise<unknown>((resolve, reject) => {
      migrating = world.migrate((text) => {
        if (text.includes("waits for a table")) resolve(null);
      });
      migrating.then(resolve, reject);
    });
    let slowestMs = 0;
    for (let looks = 0; looks < 40; looks++) {
      for (const text of ["SELECT FROM mail WHERE id = $1", CHANGE]) {
        const beganMs = performance.now();
        await world.sql.query(text, [probed]);
        slowestMs = Math.max(slowestMs, performance.now() - beganMs);
      }
    }
    await writer.query("COMMIT");
    await writer.end();
    const said = await migrating;
    expect(said).toMatch(/^The migration \S+ waits for a table that is in use\. .+ \(a long change\)/);
    expect(said).toContain("Migrated the database: ");
    expect(await count("_prisma_migrations")).toBe(TODAYS.length);
    expect(slowestMs).toBeLessThan(3_000);
  });

  test("today's web and worker serve, judge and deliver beside the old ones", async () => {
    const sinceMs = Date.now();
    [web.todays, worker.todays] = await Promise.all([
      world.web(ROOT, "new-web"),
      world.worker(ROOT, "new-worker"),
    ]);
    world.balancer.lead(web.past?.port ?? 0, web.todays.port);
    await Promise.all(owners.map((owner) => owner.askForTest()));
    await expect.poll(() => count("worker_heartbeat WHERE seen_at > now() - interval '1 min'")).toBe(2);
    world.setGate(false);
    for (const each of [worker.past, worker.todays])
      await expect.poll(() => delivered(each, sinceMs)).toBeGreaterThan(0);
    await expect
      .poll(
        () => count("(SELECT DISTINCT slot FROM cycle WHERE started_at > $1) AS slots", [new Date(sinceMs)]),
        {
          timeout: 90_000,
        },
      )
      .toBeGreaterThan(SLOTS_SIDE_BY_SIDE);
    await more(1);
    const { rows } = await world.sql.query(
      "SELECT count(DISTINCT slot)::int AS slots FROM cycle WHERE started_at > $1 GROUP BY evaluator ORDER BY min(id)",
      [new Date(sinceMs)],
    );
    shares = rows.map(({ slots }) => slots);
    const ports = new Set(world.balancer.passed.slice(-20).map(({ upstreamPort }) => upstreamPort));
    expect(ports).toEqual(new Set([web.past?.port, web.todays.port]));
  });

  test("today's goes on alone, and the old worker takes over again where the operator goes back", async () => {
    world.balancer.lead(web.todays?.port ?? 0);
    await Promise.all([web.past?.stop(), worker.past?.stop()]);
    await more(2);
    await Promise.all(owners.map((owner) => owner.askForTest()));
    await worker.todays?.stop();
    worker.pastAgain = await world.worker(past, "old-worker-again");
    const sinceMs = Date.now();
    await expect.poll(() => delivered(worker.pastAgain, sinceMs)).toBeGreaterThan(0);
  });

  test("through all of it no request failed, no slot was judged twice, and every alert was mailed exactly once", async () => {
    stopping.abort();
    await busy;
    expect(world.balancer.passed.filter(({ status }) => status >= 500)).toEqual([]);
    for (const { saves, signIns } of owners) expect(Math.min(saves, signIns)).toBeGreaterThan(3);
    expect(await count("threshold_edit")).toBe(owners.reduce((sum, { saves }) => sum + saves, 0));
    expect(await count("session")).toBe(owners.reduce((sum, { signIns }) => sum + signIns, 0));

    await worker.pastAgain?.stop();
    const todays = await world.worker(ROOT, "new-worker-again");
    // The platform goes on failing: what is written from now on may stay unsent.
    const { rows: clock } = await world.sql.query("SELECT now() AS until");
    const until: Date = clock[0].until;
    await expect
      .poll(() => count("mail WHERE state IN ('queued', 'sending') AND created_at < $1", [until]), {
        timeout: 60_000,
      })
      .toBe(0);
    await todays.stop();
    const { rows: slots } = await world.sql.query(
      "SELECT slot FROM cycle GROUP BY slot HAVING count(DISTINCT run) > 1 OR bool_or(outcome <> 'good')",
    );
    expect(slots).toEqual([]);
    const { rows: alerts } = await world.sql.query(
      `SELECT episode.tenant_id, count(mail.id)::int AS mails FROM episode
       LEFT JOIN mail ON mail.tenant_id = episode.tenant_id AND mail.kind = 'firing' AND mail.state = 'accepted'
       WHERE fired_at < $1::timestamptz - interval '15 s' GROUP BY episode.id HAVING count(mail.id) <> 1`,
      [until],
    );
    expect(alerts).toEqual([]);
    const alerted = await count("episode");
    expect(await count("(SELECT DISTINCT tenant_id FROM episode) AS tenants")).toBe(alerted);
    expect(alerted).toBeGreaterThan(20);
    expect(await count("mail WHERE kind = 'test' AND state = 'accepted'")).toBe(3 * owners.length);
    const taken = world.relay.taken.map(({ raw }) => /^Message-ID: (\S+)/im.exec(raw.toString())?.[1]);
    expect(new Set(taken).size).toBe(taken.length);
    expect(taken).toHaveLength(await count("mail WHERE state = 'accepted'"));

    for (const replica of [...Object.values(web), ...Object.values(worker), todays])
      expect((await replica.log()).filter(({ level }) => level >= ERROR_LEVEL)).toEqual([]);
    const tookMs = world.balancer.passed.map((each) => each.tookMs);
    process.stdout.write(
      `${alerted} alerts, ${taken.length} mails, ${world.balancer.passed.length} requests (slowest ${Math.round(Math.max(...tookMs))} ms); of the slots side by side the workers that won any won ${shares.join(" and ")}\n`,
    );
  });
});
