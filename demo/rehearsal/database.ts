import { Client } from "pg";
import { RehearsalRefused } from "./rehearsals";

/** The demo's database, as a rehearsal treats it. */
export type RehearsedDatabase = {
  /** Ends every connection and lets in none, or lets them in again. */
  setShut(shut: boolean): Promise<void>;
  /** Holds a lock that whoever evaluates has to wait for, and reading hasn't; or lets it go. */
  setLocked(locked: boolean): Promise<void>;
  /** Adds a line to the bundle whose metric nobody has, or takes it out again. */
  setUnanswered(unanswered: boolean): Promise<void>;
  /** Asks for a test alert of each of these tenants, as their owners could. */
  askForTests(tenantIds: readonly string[]): Promise<void>;
  /** Where these tenants' alerts go. */
  addressesOf(tenantIds: readonly string[]): Promise<string[]>;
};

/** A metric that somebody misspelt. */
const UNANSWERED = {
  id: "rehearsal",
  label: "Rehearsal",
  query: "max by ($tenant) (watchpost_rehearsal_of_a_misspelt_metric)",
  freshness: "max by ($tenant) (timestamp(watchpost_rehearsal_of_a_misspelt_metric))",
  threshold: { value: 1_000, inclusive: false, forSeconds: 600, recoverForSeconds: 300 },
};

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;

async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** @param isOurs whether the demo started the database itself: it shuts no other */
export function rehearsedDatabase(url: string, isOurs: boolean): RehearsedDatabase {
  const name = new URL(url).pathname.slice(1);
  const beside = new URL(url);
  beside.pathname = "/postgres";
  let lock: Client | null = null;
  return {
    setShut: async (shut) => {
      if (!isOurs) throw new RehearsalRefused("The demo shuts only a database that it started itself.");
      await withClient(beside.href, async (client) => {
        await client.query(`ALTER DATABASE ${quoted(name)} CONNECTION LIMIT ${shut ? 0 : -1}`);
        // Not an autovacuum worker: that belongs to the superuser, and who isn't one may not end it.
        if (shut)
          await client.query(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND usename = current_user",
            [name],
          );
      });
    },
    setLocked: async (locked) => {
      await lock?.end().catch(() => {});
      lock = null;
      if (!locked) return;
      const client = new Client({ connectionString: url });
      client.on("error", () => {}); // shut by another rehearsal: then the lock is gone, too
      await client.connect();
      await client.query("BEGIN");
      await client.query("LOCK TABLE worker_heartbeat IN EXCLUSIVE MODE");
      lock = client;
    },
    setUnanswered: (unanswered) =>
      withClient(url, async (client) => {
        const line = JSON.stringify(unanswered ? [UNANSWERED] : []);
        await client.query(
          `UPDATE definition SET document = jsonb_set(document, '{signals,restarts,lines}',
             (SELECT jsonb_agg(line) FROM jsonb_array_elements(document #> '{signals,restarts,lines}') AS line
              WHERE line->>'id' <> $1) || $2::jsonb)
           WHERE kind = 'bundle'`,
          [UNANSWERED.id, line],
        );
      }),
    askForTests: (tenantIds) =>
      withClient(url, async (client) => {
        await client.query(
          `INSERT INTO test_alert (id, tenant_id, requested_by)
           SELECT gen_random_uuid(), id, 'a rehearsal' FROM tenant WHERE id = ANY($1)`,
          [tenantIds],
        );
      }),
    addressesOf: (tenantIds) =>
      withClient(url, async (client) => {
        const { rows } = await client.query<{ contact_address: string }>(
          "SELECT contact_address FROM tenant WHERE id = ANY($1) ORDER BY id",
          [tenantIds],
        );
        return rows.map(({ contact_address }) => contact_address);
      }),
  };
}
