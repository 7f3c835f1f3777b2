import { mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Client } from "pg";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { startEmbeddedPostgres } from "./embedded";
import { EmbeddedPostgresError } from "./embedded-binaries";
import { freePort } from "./free-port";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

// Most tests share one cluster: to make one takes a second or more, to start one far less.
const dataDir = join(ROOT, ".data/test", `embedded-${process.pid}`);
const stops: (() => Promise<void>)[] = [];
const start = async (options: { port?: number } = {}) => {
  const server = await startEmbeddedPostgres({ dataDir, durable: false, ...options });
  stops.push(server.stop);
  return server;
};
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});
afterAll(() => rm(dataDir, { recursive: true, force: true }));

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  client.on("error", () => {}); // a test kills its server
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

const serverPid = async () =>
  Number((await readFile(join(dataDir, "data/postmaster.pid"), "utf8")).split("\n")[0]);
const answers = (url: string) =>
  query(url, "SELECT 1").then(
    () => true,
    () => false,
  );

/** Until the process is gone: a killed process ends a moment later. */
async function untilGone(pid: number): Promise<void> {
  await expect
    .poll(() => {
      try {
        process.kill(pid, 0);
        return true;
      } catch {
        return false;
      }
    })
    .toBe(false);
}

test("a folder that can't be read is said in a sentence, and no other cluster is made in its place", async () => {
  const folder = `${dataDir}-unreadable`;
  await mkdir(join(folder, "data", "PG_VERSION"), { recursive: true });
  try {
    await expect(startEmbeddedPostgres({ dataDir: folder, durable: false })).rejects.toThrow(
      new EmbeddedPostgresError(`${join(folder, "data", "PG_VERSION")} can't be read (EISDIR).`),
    );
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("a folder that can't be made is said in a sentence", async () => {
  const file = `${dataDir}-file`;
  await mkdir(join(ROOT, ".data/test"), { recursive: true });
  await writeFile(file, "");
  try {
    const starting = startEmbeddedPostgres({ dataDir: join(file, "data/postgres"), durable: false });
    await expect(starting).rejects.toThrow(
      new EmbeddedPostgresError(
        `The embedded database can't write to ${join(file, "data")} (ENOTDIR). Make the folder writable, or set DATABASE_URL.`,
      ),
    );
  } finally {
    await rm(file);
  }
});

describe("startEmbeddedPostgres", () => {
  test("makes a real PostgreSQL on 127.0.0.1 alone, whose role isn't a superuser, and keeps the password to its user", async () => {
    const { url } = await start();
    expect(new URL(url).hostname).toBe("127.0.0.1");
    const [row] = await query(
      url,
      "SELECT current_setting('listen_addresses') AS listens, current_setting('server_version_num')::int / 10000 AS version, rolsuper AS super FROM pg_roles WHERE rolname = current_user",
    );
    expect(row).toEqual({ listens: "127.0.0.1", version: 18, super: false });
    expect((await stat(join(dataDir, "password"))).mode & 0o777).toBe(0o600);
    expect(await readFile(join(dataDir, "data/pg_hba.conf"), "utf8")).toBe(
      "host all watchpost 127.0.0.1/32 scram-sha-256\n",
    );
  });

  test("refuses another password", async () => {
    const { url } = await start();
    const wrong = new URL(url);
    wrong.password = "guess";
    await expect(query(wrong.href, "SELECT 1")).rejects.toThrow(/password authentication failed/);
  });

  test("keeps the data from one start to the next", async () => {
    const first = await start();
    await query(first.url, "DROP TABLE IF EXISTS kept; CREATE TABLE kept AS SELECT 42 AS answer");
    await first.stop();
    expect(await answers(first.url)).toBe(false);
    const second = await start();
    expect(await query(second.url, "SELECT answer FROM kept")).toEqual([{ answer: 42 }]);
  });

  test("takes over the server that already runs on the folder", async () => {
    const first = await start();
    const pid = await serverPid();
    const second = await start();
    expect(second.url).toBe(first.url);
    expect(await serverPid()).toBe(pid);
  });

  test("leaves a server to the living process that started it", async () => {
    const first = await start();
    await writeFile(join(dataDir, "owner"), String(process.ppid)); // as if our parent had started it
    const second = await start();
    await second.stop();
    expect(await answers(first.url)).toBe(true);
    await rm(join(dataDir, "owner"));
  });

  test("is one server when three start on a new folder at once", async () => {
    await rm(dataDir, { recursive: true, force: true });
    const urls = (await Promise.all([start(), start(), start()])).map(({ url }) => url);
    expect(new Set(urls).size).toBe(1);
    expect(await answers(urls[0] ?? "")).toBe(true);
  });

  test("starts again after kill -9 with all that was committed", async () => {
    const first = await startEmbeddedPostgres({ dataDir });
    await query(first.url, "DROP TABLE IF EXISTS kept; CREATE TABLE kept AS SELECT 42 AS answer");
    const pid = await serverPid();
    process.kill(pid, "SIGKILL");
    await untilGone(pid);
    const second = await start();
    expect(await query(second.url, "SELECT answer FROM kept")).toEqual([{ answer: 42 }]);
  });

  test("starts beside a stale pid file whose number belongs to another process by now", async () => {
    const first = await start();
    const file = join(dataDir, "data/postmaster.pid");
    const lines = (await readFile(file, "utf8")).split("\n");
    await first.stop();
    await writeFile(file, [String(process.pid), ...lines.slice(1)].join("\n"));
    expect(await answers((await start()).url)).toBe(true);
  });

  test("takes the port it is given, and another when that is in use", async () => {
    const port = await freePort();
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(port, "127.0.0.1", resolve));
    const moved = await start({ port });
    expect(Number(new URL(moved.url).port)).not.toBe(port);
    await moved.stop();
    await new Promise((resolve) => taken.close(resolve));
    expect(Number(new URL((await start({ port })).url).port)).toBe(port);
  });
});
