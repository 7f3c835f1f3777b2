import { Client } from "pg";
import { RehearsalRefused } from "./rehearsals";

/** The demo's database, as a rehearsal treats it. */
export type RehearsedDatabase = {
  /** Ends every connection and lets in none, or lets them in again. */
  setShut(shut: boolean): Promise<void>;
  /** Takes a lock that an evaluator has to wait for, and a reader hasn't; or releases it. */
  setLocked(locked: boolean): Promise<void>;
  /** Adds a line to the bundle whose metric nobody has, or takes it out again. */
  setUnanswered(unanswered: boolean): Promise<void>;
  /** Adds a line to the bundle that every capability breaches at once, or takes it out again, which ends its alerts. */
  setEverybodyFires(fires: boolean): Promise<void>;
  /** Has the bundle expect a scrape each second, or as often as it expected before. */
  setHurried(hurried: boolean): Promise<void>;
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

/** Every capability that is probed breaches it. */
const EVERYBODY = {
  id: "everybody",
  label: "Rehearsal of an event",
  query: "max by ($tenant) (probe_success >= bool 0)",
  freshness: "max by ($tenant) (timestamp(probe_success))",
  threshold: { value: 0, inclusive: false, forSeconds: 0, recoverForSeconds: 60 },
};
/** More often than any scrape of the demo's. */
const HURRIED_SECONDS = 1;

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

/** Adds a line to the stored bundle's restarts, or takes it out. */
const setLine = (url: string, line: { id: string }, isThere: boolean) =>
  withClient(url, async (client) => {
    await client.query(
      `UPDATE definition SET document = jsonb_set(document, '{signals,restarts,lines}',
         (SELECT jsonb_agg(line) FROM jsonb_array_elements(document #> '{signals,restarts,lines}') AS line
          WHERE line->>'id' <> $1) || $2::jsonb)
       WHERE kind = 'bundle'`,
      [line.id, JSON.stringify(isThere ? [line] : [])],
    );
  });

/** @param isOurs whether the demo started the database itself: it shuts no other */
export function rehearsedDatabase(url: string, isOurs: boolean): RehearsedDatabase {
  const name = new URL(url).pathname.slice(1);
  const beside = new URL(url);
  beside.pathname = "/postgres";
  let lock: Client | null = null;
  let unhurriedSeconds: number | null = null;
  return {
    setShut: async (shut) => {
      if (!isOurs) throw new RehearsalRefused("The demo shuts only a database that it started itself.");
      await withClient(beside.href, async (client) => {
        await client.query(`ALTER DATABASE ${quoted(name)} CONNECTION LIMIT ${shut ? 0 : -1}`);
        // Not an autovacuum worker: that belongs to the superuser, and another role may not end it.
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
    setUnanswered: (unanswered) => setLine(url, UNANSWERED, unanswered),
    setEverybodyFires: (fires) => setLine(url, EVERYBODY, fires),
    setHurried: (hurried) =>
      withClient(url, async (client) => {
        const { rows } = await client.query<{ seconds: number }>(
          "SELECT (document->>'scrapeIntervalSeconds')::int AS seconds FROM definition WHERE kind = 'bundle'",
        );
        if (hurried) unhurriedSeconds ??= rows[0]?.seconds ?? null;
        const seconds = hurried ? HURRIED_SECONDS : unhurriedSeconds;
        if (!hurried) unhurriedSeconds = null;
        if (seconds === null) return;
        await client.query(
          "UPDATE definition SET document = jsonb_set(document, '{scrapeIntervalSeconds}', to_jsonb($1::int)) WHERE kind = 'bundle'",
          [seconds],
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
