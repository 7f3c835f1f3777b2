import { createHash, randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { Client } from "pg";
import { startEmbeddedPostgres } from "../server/embedded";
import { migrateDatabase } from "../server/migrate";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
/** Held shared while a process uses the server: a process that gets it exclusively is the last one, and stops the server. */
const IN_USE = 7_310_262_115_842_101n;
const MAKING_TEMPLATE = 7_310_262_115_842_102n;
const CONNECTION_ENDS_WITHIN_MS = 60_000;

export type TestDatabase = { url: string; drop(): Promise<void> };

async function connect(url: string): Promise<Client> {
  const client = new Client({ connectionString: url });
  client.on("error", () => {}); // a server that goes away is met by the next statement
  await client.connect();
  return client;
}

function withDatabase(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}

/** TEST_POSTGRES: the PostgreSQL of that major version in the place of the embedded one, as setup unpacks it or Debian has it. */
function serverOfRun(): { dataDir: string; programs?: string } {
  const version = process.env.TEST_POSTGRES;
  if (!version) return { dataDir: `${ROOT}.data/test/postgres` };
  const unpacked = `${ROOT}.data/tools/postgresql-${version}/native/bin`;
  return {
    dataDir: `${ROOT}.data/test/postgres-${version}`,
    programs: existsSync(unpacked) ? unpacked : `/usr/lib/postgresql/${version}/bin`,
  };
}

type OpenServer = { url: string; client: Client; release(): Promise<void> };

/** Where holdServer leaves the address of its server and the name of its template, for the processes of the same run. */
const HELD = "WATCHPOST_TEST_SERVER";
type HeldServer = { url: string; template: string };

/** The server that holdServer holds, unless a test names one of its own. */
function heldServer(): HeldServer | null {
  const held = process.env[HELD];
  return held && !process.env.TEST_DATABASE_URL ? (JSON.parse(held) as HeldServer) : null;
}

/** The server of this run: TEST_DATABASE_URL's or TEST_POSTGRES', else an embedded one that all test processes share. */
async function openServer(): Promise<OpenServer> {
  const url = process.env.TEST_DATABASE_URL ?? heldServer()?.url;
  if (url) {
    const client = await connect(url);
    return { url, client, release: () => client.end() };
  }
  for (let attempt = 1; ; attempt++) {
    try {
      const server = await startEmbeddedPostgres({ ...serverOfRun(), durable: false, shared: true });
      const client = await connect(server.url);
      await client.query("SELECT pg_advisory_lock_shared($1)", [IN_USE]);
      const release = async () => {
        await client.query("SELECT pg_advisory_unlock_shared($1)", [IN_USE]);
        const { rows } = await client.query("SELECT pg_try_advisory_lock($1) AS alone", [IN_USE]);
        if (rows[0].alone) await server.stop();
        await client.end();
      };
      return { url: server.url, client, release };
    } catch (error) {
      if (attempt === 5) throw error; // the last user may stop the server just while we come in
    }
  }
}

/** A migrated, empty database, made once for each set of migrations. */
async function template(url: string, client: Client): Promise<string> {
  const folder = `${ROOT}prisma/migrations`;
  const hash = createHash("sha256");
  for (const name of (await readdir(folder)).sort()) {
    hash.update(name);
    if (!name.endsWith(".toml")) hash.update(await readFile(`${folder}/${name}/migration.sql`));
  }
  const name = `watchpost_template_${hash.digest("hex").slice(0, 16)}`;
  await client.query("SELECT pg_advisory_lock($1)", [MAKING_TEMPLATE]);
  try {
    const { rowCount } = await client.query("SELECT FROM pg_database WHERE datname = $1", [name]);
    if (rowCount === 0) {
      const draft = `${name}_draft`; // renamed when it is whole, so that a run cut short leaves no half template
      await dropDatabase(client, draft);
      await client.query(`CREATE DATABASE ${draft}`);
      await migrateDatabase(withDatabase(url, draft));
      await client.query(`ALTER DATABASE ${draft} RENAME TO ${name}`);
    }
  } finally {
    await client.query("SELECT pg_advisory_unlock($1)", [MAKING_TEMPLATE]);
  }
  return name;
}

/**
 * Drops a database if there is one of this name, even while this role is still connected to it.
 *
 * It doesn't say FORCE: that ends autovacuum workers as well, which belong to the superuser, and fails for a role that isn't
 * one. A plain DROP ends them by PostgreSQL's own means.
 */
async function dropDatabase(client: Client, name: string): Promise<void> {
  const { rowCount } = await client.query("SELECT FROM pg_database WHERE datname = $1", [name]);
  if (rowCount === 0) return;
  await client.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
  await client.query(
    "SELECT pg_terminate_backend(pid, $2) FROM pg_stat_activity WHERE datname = $1 AND usename = current_user",
    [name, CONNECTION_ENDS_WITHIN_MS],
  );
  await client.query(`DROP DATABASE ${name}`);
}

/**
 * Holds a server for a whole run, with the template that its databases are copied from. Without this, each file would look for the
 * server and stop it where it is the only user.
 * @returns lets go of it, and stops it where nobody else uses it
 */
export async function holdServer(): Promise<() => Promise<void>> {
  const { url, client, release } = await openServer();
  const held: HeldServer = { url, template: await template(url, client) };
  process.env[HELD] = JSON.stringify(held);
  return async () => {
    delete process.env[HELD];
    await release();
  };
}

/**
 * A database of one's own on a real PostgreSQL: migrated and empty, without any table, or a copy.
 * @param options.migrated false leaves the migrations to the test
 * @param options.copyOf what it begins with; nobody may be connected to that
 * @returns drop() removes the database, and stops the server where nobody else uses it
 */
export async function freshDatabase(
  options: { migrated?: boolean; copyOf?: TestDatabase } = {},
): Promise<TestDatabase> {
  const { url, client, release } = await openServer();
  const name = `watchpost_test_${randomBytes(8).toString("hex")}`;
  const from = options.copyOf
    ? new URL(options.copyOf.url).pathname.slice(1)
    : options.migrated === false
      ? "template1"
      : (heldServer()?.template ?? (await template(url, client)));
  // Copied as files: through the write-ahead log, the default, it takes twice the processor time.
  await client.query(`CREATE DATABASE ${name} TEMPLATE ${from} STRATEGY FILE_COPY`);
  return {
    url: withDatabase(url, name),
    drop: async () => {
      await dropDatabase(client, name);
      await release();
    },
  };
}
