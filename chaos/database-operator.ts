import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";

const WITHIN_MS = 90_000;
const POLL_MS = 100;
const LAG = `SELECT pg_wal_lsn_diff(pg_current_wal_flush_lsn(), flush_lsn)::float8 AS bytes FROM pg_stat_replication
  WHERE state = 'streaming' AND sync_state = 'sync'`;

/** Does something on a connection of its own. */
export async function onConnection<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: 3_000,
    query_timeout: 30_000,
  });
  client.on("error", () => {}); // the server may be killed meanwhile; the next statement says so
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end().catch(() => {});
  }
}

/** @throws Error with the complaint when it isn't so in time; an error while asking means not yet */
async function untilSo(complaint: string, isSo: () => Promise<boolean>): Promise<void> {
  const deadlineMs = performance.now() + WITHIN_MS;
  while (!(await isSo().catch(() => false))) {
    if (performance.now() > deadlineMs) throw new Error(`${complaint} within ${WITHIN_MS / 1000} s.`);
    await sleep(POLL_MS);
  }
}

export const untilAnswering = (url: string) =>
  untilSo("The primary didn't answer", () =>
    onConnection(url, async (client) => !!(await client.query("SELECT 1"))),
  );

/** Waits until a replica has all that a primary has written. */
export const untilReplicaHasAll = (url: string) =>
  untilSo("The replica didn't get all that was written", () =>
    onConnection(url, async (client) => {
      const { rows } = await client.query<{ bytes: number }>(LAG);
      return rows.some(({ bytes }) => bytes <= 0);
    }),
  );

/** Makes a replica the primary. */
export const promote = (url: string) =>
  untilSo("The replica wasn't promoted", () =>
    onConnection(url, async (client) => {
      const { rows } = await client.query<{ standby: boolean }>("SELECT pg_is_in_recovery() AS standby");
      if (rows[0]?.standby) await client.query("SELECT pg_promote(true, 20)");
      return rows[0]?.standby === false;
    }),
  );

/** So often in a row a further connection is refused until all are taken: one that ended a moment ago gives its place back only then. */
const REFUSED_TIMES = 5;
const TAKE_WITHIN_MS = 5_000;

/**
 * Opens so many connections, and then more until the server refuses them.
 * @returns gives them back
 */
export async function takeConnections(url: string, count: number): Promise<() => Promise<void>> {
  const taken: Client[] = [];
  const takeOne = async (): Promise<boolean> => {
    const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
    client.on("error", () => {}); // what is ended meanwhile is no longer taken
    const isOpen = await client.connect().then(
      () => true,
      () => false,
    );
    if (isOpen) taken.push(client);
    return isOpen;
  };
  await Promise.all(Array.from({ length: count }, takeOne));
  const deadlineMs = performance.now() + TAKE_WITHIN_MS;
  for (let refused = 0; refused < REFUSED_TIMES && performance.now() < deadlineMs; ) {
    refused = (await takeOne()) ? 0 : refused + 1;
    await sleep(POLL_MS);
  }
  return async () => {
    await Promise.all(taken.map((client) => client.end().catch(() => {})));
  };
}
