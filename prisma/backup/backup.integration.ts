import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { Client } from "pg";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { startTestOutbox, type TestOutbox, testMail } from "@/testing/outbox";
import { freshDatabase, type TestDatabase } from "@/testing/postgres";
import { type RelayScript, startTestRelay } from "@/testing/relay";
import { startWorkerProcess } from "@/testing/worker";
import { MIGRATIONS_FOLDER, migrateDatabase } from "../../server/migrate";
import { checkBackup } from "./check-backup";
import { restoreBackup } from "./restore-backup";
import { writeBackup } from "./write-backup";

let source: TestOutbox;
let target: TestDatabase;
let folder: string;
let file: string;
const stops: (() => Promise<unknown>)[] = [];
beforeEach(async () => {
  source = await startTestOutbox();
  target = await freshDatabase({ migrated: false });
  folder = await mkdtemp(join(tmpdir(), "backup-"));
  file = join(folder, "watchpost.sql.gz");
});
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
  await source.drop();
  await target.drop();
  await rm(folder, { recursive: true });
});

async function query<R extends object>(url: string, text: string): Promise<R[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<R>(text)).rows;
  } finally {
    await client.end();
  }
}

/** Every row of every table, as the server writes it. */
async function everything(url: string): Promise<Record<string, string[]>> {
  const tables = await query<{ name: string }>(
    url,
    "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1",
  );
  const all: Record<string, string[]> = {};
  for (const { name } of tables) {
    const rows = await query<{ row: string }>(url, `SELECT t::text AS row FROM "${name}" t ORDER BY 1`);
    all[name] = rows.map(({ row }) => row);
  }
  return all;
}

/** What is hard to write down: quotes, backslashes, line breaks, other scripts, and the odd values of each type. */
const FILL = `
  INSERT INTO tenant (id, name, contact_address, time_zone, state, links, without, live_since)
    VALUES ('odd', E'Fo''to\\\\s "&"\\n\\r\\n-- end\\t;', 'ü@odd.example', 'UTC', 'live', '{"a": "\\u00e9\\"\\\\"}', '{a/b,"c,d"}', 'infinity');
  INSERT INTO definition (kind, document) VALUES ('bundle', '{"signals": {}}');
  INSERT INTO session (id, issuer, subject, tenant_id, expires_at, ended_at)
    VALUES (gen_random_uuid(), 'https://id.example', 'someone', 'photos', now() + interval '1 h', now());
  INSERT INTO threshold_setting (tenant_id, signal, line, enabled, value, inclusive, for_seconds, recover_for_seconds, version, updated_by)
    VALUES ('photos', 'latency', 'p95', true, 0.1, false, 60, 120, 3, 'Ann'), ('odd', 'latency', 'p95', false, 5e-324, true, 0, 0, 1, '日本');
  INSERT INTO threshold_edit (tenant_id, signal, line, by, "from", "to", preview)
    VALUES ('photos', 'latency', 'p95', 'Ann', NULL, '{"value": 0.1}', 'null'), ('photos', 'latency', 'p95', 'O''Neill', '{"value": 0.1}', NULL, NULL);
  INSERT INTO episode (id, tenant_id, signal, line, thread_id, thread_signal, thread_line, thread_opened_at, breached_at, fired_at, fired_value,
      threshold, worst, worst_at, told, trend)
    VALUES ('7b0a8f5e-0c2e-4f0f-8a57-2f3f6f6f7a01', 'photos', 'latency', 'p95', gen_random_uuid(), 'latency', 'p95', now(), now(), now(), 'NaN',
      '{"value": 1}', '-Infinity', now(), true, '[[1, null]]');
  INSERT INTO attribution (episode_id, tenant_id, at, side, sentence, reasons, evidence)
    VALUES ('7b0a8f5e-0c2e-4f0f-8a57-2f3f6f6f7a01', 'photos', now(), 'platform', 'The node is gone.', '[]', '{}');
  INSERT INTO judgement (tenant_id, signal, line, state, condition, threshold_version, value, slot)
    VALUES ('photos', 'latency', 'p95', '{"a": 1}', 'firing', 3, 1.7976931348623157e308, now());
  INSERT INTO relay_check (relay, ok, breaker) SELECT 'relay:25', true, 'closed' FROM generate_series(1, 250);`;

const deliveries = (url: string) =>
  query<{ id: string; state: string; ambiguous: number; attempts: number }>(
    url,
    "SELECT id, state, ambiguous, attempts FROM mail ORDER BY seq",
  );

/** The real worker. stop() ends it as a service manager would. */
async function startWorker(databaseUrl: string, smtpUrl: string): Promise<() => Promise<void>> {
  const { child, ended } = startWorkerProcess({
    LOG_LEVEL: "fatal",
    DATABASE_URL: databaseUrl,
    SMTP_URL: smtpUrl,
    PROMETHEUS_URL: "http://127.0.0.1:9",
  });
  const stop = async () => {
    child.kill("SIGTERM");
    await ended();
  };
  stops.push(stop);
  return stop;
}

async function startRelay(script: RelayScript = {}) {
  const relay = await startTestRelay(script);
  stops.push(relay.stop);
  return relay;
}

const until = (condition: () => Promise<void>) => vi.waitFor(condition, { timeout: 60_000, interval: 50 });
const untilAllAccepted = (url: string) =>
  until(async () =>
    expect(new Set((await deliveries(url)).map(({ state }) => state))).toEqual(new Set(["accepted"])),
  );
const messageIds = (mails: { raw: Buffer }[]) =>
  mails.map(({ raw }) => /^Message-ID: (.+?)\r?$/im.exec(raw.toString("latin1"))?.[1] ?? "none").sort();
const mailsOf = (count: number) =>
  Promise.all(Array.from({ length: count }, (_, index) => testMail("photos", { signal: `signal-${index}` })));

describe("a backup and its restore", () => {
  test("bring back every row of every table to the last digit: thresholds, episodes, audit entries and all", async () => {
    await source.pool.query(FILL);
    const accepted = await testMail("photos", { html: "<p>Ü</p>" });
    await source.write(accepted);
    await source.pool.query("UPDATE mail SET state = 'accepted', accepted_at = now()");
    const before = await everything(source.url);
    const { rows } = await writeBackup(source.url, file);
    expect(rows).toMatchObject({
      tenant: 3,
      threshold_edit: 2,
      episode: 1,
      attribution: 1,
      relay_check: 250,
    });
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(["watchpost.sql.gz"]);

    expect(await restoreBackup(target.url, file)).toMatchObject({
      rows,
      sentAgain: 0,
      givenUp: 0,
      migrated: [],
    });
    expect(await everything(target.url)).toEqual(before);
    const restored = new Client({ connectionString: target.url });
    await restored.connect();
    // The next row gets the next number, not one that is taken.
    await restored.query("INSERT INTO relay_check (relay, ok, breaker) VALUES ('relay:25', true, 'closed')");
    await restored.end();
  });

  test("across a stop, a backup, a restore and a start, no mail is sent twice and none is lost", async () => {
    const mails = await mailsOf(120);
    await source.write(...mails);
    let stopFirst: (() => Promise<void>) | undefined;
    let stopped: Promise<void> | undefined;
    // The worker is asked to stop in the middle of its work, as an operator would stop it: it ends what it sends just then.
    const relay = await startRelay({
      data: () => {
        if (relay.taken.length === 8) stopped ??= stopFirst?.();
        return null;
      },
    });
    stopFirst = await startWorker(source.url, relay.url);
    await until(async () => expect(stopped).toBeDefined());
    await stopped;
    const sentBefore = relay.taken.length;
    expect(sentBefore).toBeLessThan(mails.length);

    await writeBackup(source.url, file);
    expect(await restoreBackup(target.url, file)).toMatchObject({ sentAgain: mails.length - sentBefore });
    await startWorker(target.url, relay.url);
    await untilAllAccepted(target.url);
    expect(messageIds(relay.taken)).toEqual(mails.map(({ messageId }) => messageId).sort());
  });

  test("of a mail that left after the backup a second copy goes, the same to the byte, and its record says that there may be two", async () => {
    const mail = await testMail("photos");
    await source.write(mail);
    await writeBackup(source.url, file);
    const relay = await startRelay();
    const stop = await startWorker(source.url, relay.url);
    await untilAllAccepted(source.url);
    await stop();

    await restoreBackup(target.url, file);
    await startWorker(target.url, relay.url);
    await untilAllAccepted(target.url);
    expect(relay.taken).toHaveLength(2);
    expect(relay.taken[1]).toEqual(relay.taken[0]);
    expect(await deliveries(target.url)).toMatchObject([{ id: mail.id, ambiguous: 1 }]);
  });

  test("each mail comes back as what can be said of it: what could still leave may have left", async () => {
    const cases: [string, object][] = [
      ["state = 'queued'", { state: "queued", ambiguous: 1 }],
      [
        "state = 'sending', lease_token = gen_random_uuid(), lease_until = now() + interval '1 min', attempts = 1",
        { state: "queued", ambiguous: 1, attempts: 1 },
      ],
      ["state = 'held'", { state: "held", ambiguous: 1 }],
      ["give_up_at = now()", { state: "failed", ambiguous: 1 }],
      ["state = 'accepted', accepted_at = now()", { state: "accepted", ambiguous: 0 }],
      ["state = 'failed'", { state: "failed", ambiguous: 0 }],
      ["state = 'cancelled'", { state: "cancelled", ambiguous: 0 }],
    ];
    const mails = await mailsOf(cases.length);
    await source.write(...mails);
    for (const [index, [change]] of cases.entries())
      await source.pool.query(`UPDATE mail SET ${change} WHERE id = $1`, [mails[index]?.id]);
    await writeBackup(source.url, file);
    expect(await restoreBackup(target.url, file)).toMatchObject({ sentAgain: 3, givenUp: 1 });
    const expected = cases.map(([, delivery], index) => ({ id: mails[index]?.id, ...delivery }));
    expect(await deliveries(target.url)).toMatchObject(expected);
  });

  test("nobody stays signed in: a sign-out since the backup holds", async () => {
    await source.pool.query(
      "INSERT INTO session (id, issuer, subject, expires_at) VALUES (gen_random_uuid(), 'i', 's', now() + interval '1 h')",
    );
    await writeBackup(source.url, file);
    await restoreBackup(target.url, file);
    expect(await query(target.url, "SELECT FROM session WHERE ended_at IS NULL")).toEqual([]);
  });

  test("what is written while the backup runs is in it whole or not at all", async () => {
    let writing = true;
    const writer = (async () => {
      while (writing) {
        await source.pool.query(`WITH edit AS (
            INSERT INTO threshold_edit (tenant_id, signal, line, by) VALUES ('photos', 'latency', 'p95', 'Ann'))
          INSERT INTO relay_check (relay, ok, breaker) VALUES ('relay:25', true, 'closed')`);
      }
    })();
    const { rows } = await writeBackup(source.url, file);
    writing = false;
    await writer;
    expect(rows.threshold_edit).toBe(rows.relay_check);
  });
});

describe("a restore", () => {
  const failure = () =>
    restoreBackup(target.url, file).then(
      () => "restored",
      (error: Error) => error.message,
    );
  const nothingIsLeft = async () =>
    expect(await query(target.url, "SELECT FROM pg_tables WHERE schemaname = 'public'")).toEqual([]);

  test("refuses a database that holds anything, and leaves it alone", async () => {
    await writeBackup(source.url, file);
    await query(target.url, "CREATE TABLE invoices (a int)");
    expect(await failure()).toMatch(/^The database isn't empty/);
    expect(await everything(target.url)).toEqual({ invoices: [] });
  });

  test("of a file that was cut short, changed, or is another leaves the database empty", async () => {
    await writeBackup(source.url, file);
    const whole = await readFile(file);
    const sql = gunzipSync(whole).toString();
    for (const [bytes, sentence] of [
      [whole.subarray(0, whole.length - 40), /was cut short/],
      [gzipSync(sql.slice(0, sql.length - 40)), /was cut short/],
      [
        gzipSync(sql.replace('INSERT INTO "tenant"', 'INSERT INTO "nowhere"')),
        /nothing of it was: relation "nowhere"/,
      ],
      [Buffer.from("PGDMP"), /isn't a backup that npm run backup wrote/],
    ] as const) {
      await writeFile(file, bytes);
      expect(await failure()).toMatch(sentence);
      await nothingIsLeft();
    }
  });

  test("of a backup by a newer build names what this one lacks", async () => {
    await writeBackup(source.url, file);
    const sql = gunzipSync(await readFile(file)).toString();
    await writeFile(file, gzipSync(sql.replace('"migrations":[', '"migrations":["29990101000000_later",')));
    expect(await failure()).toMatch(/made by a newer build: this one lacks 29990101000000_later/);
    await nothingIsLeft();
  });

  test("of a backup by an older build migrates it forward", async () => {
    const older = await freshDatabase({ migrated: false });
    stops.push(older.drop);
    const some = join(folder, "migrations");
    await cp(MIGRATIONS_FOLDER, some, { recursive: true });
    const names = (await readdir(some)).filter((name) => /^\d/.test(name)).sort();
    const later = names.slice(5);
    for (const name of later) await rm(join(some, name), { recursive: true });
    await migrateDatabase(older.url, { migrationsDir: some });
    await query(
      older.url,
      "INSERT INTO tenant (id, name, contact_address, time_zone, state, links) VALUES ('a', 'A', 'a@a.example', 'UTC', 'live', '{}')",
    );
    await writeBackup(older.url, file);
    expect((await restoreBackup(target.url, file)).migrated).toEqual(later);
    expect(await query(target.url, "SELECT id, leaving FROM tenant")).toEqual([{ id: "a", leaving: {} }]);
    expect(await migrateDatabase(target.url)).toEqual([]);
  });
});

describe("the check of a backup", () => {
  test("restores all of it beside what is there, counts it, and leaves nothing behind", async () => {
    await source.pool.query(FILL);
    await writeBackup(source.url, file);
    const before = await everything(source.url);
    expect(await checkBackup(source.url, file)).toBeNull();
    expect(await everything(source.url)).toEqual(before);
    expect(await query(source.url, "SELECT FROM pg_namespace WHERE nspname LIKE 'watchpost%'")).toEqual([]);
  });

  test("finds rows that are missing, and statements that fail", async () => {
    await source.pool.query(FILL);
    await writeBackup(source.url, file);
    const sql = gunzipSync(await readFile(file)).toString();
    await writeFile(file, gzipSync(sql.replace('"relay_check":250', '"relay_check":251')));
    await expect(checkBackup(source.url, file)).rejects.toThrow(
      /250 rows of relay_check where it should hold 251/,
    );
    await writeFile(file, gzipSync(sql.replace('INSERT INTO "tenant"', 'INSERT INTO "nowhere"')));
    await expect(checkBackup(source.url, file)).rejects.toThrow(/can't be restored: relation "nowhere"/);
    expect(await checkBackup("postgresql://127.0.0.1:1/nowhere", file)).toMatch(
      /^It was not checked: the database gave up: .*ECONNREFUSED/,
    );
  });
});

describe("a backup that an older build wrote, with values added to an enumeration", () => {
  test("is restored on every supported PostgreSQL, values and all", async () => {
    await source.pool.query(`${FILL} UPDATE episode SET ended_at = now(), end_reason = 'evicted';
      INSERT INTO definition (kind, document) VALUES ('components', '{}')`);
    await writeBackup(source.url, file);
    const sql = gunzipSync(await readFile(file)).toString();
    expect(sql).not.toContain("ADD VALUE '");
    // As a build of before wrote it: each schema migration as it stands in its file.
    const older = sql
      .replace("('bundle', 'platform', 'components')", "('bundle', 'platform')")
      .replace(
        `-- 'components' is in CREATE TYPE "definition_kind".`,
        `ALTER TYPE "definition_kind" ADD VALUE 'components';`,
      );
    expect(older).toContain("ADD VALUE 'components'");
    await writeFile(file, gzipSync(older));
    await restoreBackup(target.url, file);
    expect(await query(target.url, "SELECT kind::text FROM definition ORDER BY 1")).toEqual([
      { kind: "bundle" },
      { kind: "components" },
    ]);
    expect(await query(target.url, "SELECT end_reason::text FROM episode")).toEqual([
      { end_reason: "evicted" },
    ]);
  });
});

describe("the commands", () => {
  const command = (...args: string[]) => run([], args);

  async function run(preload: string[], args: string[]) {
    const child = spawn(process.execPath, ["--import", "tsx", ...preload, "bin/backup.ts", ...args], {
      env: { ...process.env, DATABASE_URL: args[0] === "restore" ? target.url : source.url },
    });
    let text = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk) => {
        text += chunk;
      });
    const [code] = await once(child, "close");
    return { code, text };
  }

  test("say what they did and what it means, and never write over a file", async () => {
    await source.write(await testMail("photos"));
    const made = await command("backup", file);
    expect(made.text).toMatch(
      /^Wrote \S+ \(\d+ KiB\) as of \S+Z: 2 tenants, 0 threshold edits, 0 alerts, 1 mail\.\nChecked: it can be restored[^\n]+\nFor a database that isn't embedded, pg_dump [^\n]+\n$/,
    );
    expect(made.code).toBe(0);
    expect(await command("backup", file)).toEqual({
      code: 1,
      text: `${file} exists already: a backup never writes over another one.\n`,
    });
    const restored = await command("restore", file);
    expect(restored.text).toMatch(
      /^Restored [\s\S]+\n1 mail was waiting then and will be sent\.[\s\S]+\nEverybody has to sign in again\.\n$/,
    );
    expect(restored.code).toBe(0);
    expect((await command("restore", file)).text).toMatch(/^The database isn't empty/);
    expect((await command("backup")).code).toBe(2);
    await symlink("round", `${folder}/round`);
    expect(await command("restore", `${folder}/round/file`)).toEqual({
      code: 1,
      text: `${folder}/round/file can't be reached (ELOOP).\n`,
    });
  });

  test.each([["backup"], ["restore"]])(
    "%s doesn't take a mistake in the code for the database: its stack comes out",
    async (name) => {
      await writeBackup(source.url, file);
      const args = [name, name === "backup" ? join(folder, "another.sql.gz") : file];
      const { code, text } = await run(["--import", "./testing/mistake-in-connect.mjs"], args);
      expect(code).toBe(1);
      expect(text).toMatch(/TypeError: a mistake in our code\n {4}at .*mistake-in-connect\.mjs/);
    },
  );
});
