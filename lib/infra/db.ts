import { PrismaPg } from "@prisma/adapter-pg";
import { type ClientBase, Pool, type PoolClient, type QueryResult } from "pg";
import { PrismaClient } from "@/prisma/generated/client";
import { CONNECTION_LIMITS, isSilence, SERVER_LIMITS } from "./connections";
import { databaseUrl } from "./env";
import { type Connection, type Ending, type Statement, withNumbers } from "./statement";

// A hot reload in development evaluates this module again; the pool must not be opened again with it.
const kept = globalThis as { watchpostPrisma?: PrismaClient; watchpostPool?: Pool };

/** PostgreSQL's read_only_sql_transaction. */
const READ_ONLY = "25006";

/** Longer than an open page waits between two polls, or each would begin with new connections. */
const IDLE_CONNECTION_MS = 60_000;

/** The database as stores take it. */
export type Database = Connection & {
  /**
   * Prisma's client on the same connections, for ordinary reads and writes of the portal. Its engine is never
   * in the worker's memory.
   */
  readonly prisma: PrismaClient;
  /** Ends the connections, so that a command can end. */
  close(): Promise<void>;
};

/** A pool whose connections have these limits. */
function limitedPool(connectionString: string): Pool {
  const onConnect = (client: ClientBase) => client.query(SERVER_LIMITS);
  const pool = new Pool({
    ...CONNECTION_LIMITS,
    connectionString,
    idleTimeoutMillis: IDLE_CONNECTION_MS,
    onConnect,
  });
  pool.on("error", () => {}); // an idle one that breaks is replaced; the next statement says what is wrong
  return pool;
}

/**
 * The connections of this process. Only for the database's own tests: whatever else goes through `database`.
 */
export function connectionPool(): Pool {
  kept.watchpostPool ??= limitedPool(databaseUrl());
  return kept.watchpostPool;
}

/**
 * Where one connection of a pool went silent, or leads to a server that has become a standby, the others are
 * as good as lost: the next query opens a new pool.
 */
function replaceLost(pool: Pool, error: unknown): void {
  const isStandby = (error as { code?: unknown } | null)?.code === READ_ONLY;
  if (kept.watchpostPool !== pool || !(isSilence(error) || isStandby)) return;
  kept.watchpostPool = undefined;
  kept.watchpostPrisma = undefined;
  pool.end().catch(() => {});
}

/** @param withinMs how long an answer may take, where that differs from the connection's own limit */
function statementsOn(connection: Pick<Pool, "query">, withinMs?: number): Pick<Connection, "rows" | "run"> {
  const limit = withinMs === undefined ? {} : { query_timeout: withinMs };
  const ask = async ({ text, prepared, settings, ...own }: Statement, values: readonly unknown[]) => {
    const ownLimit = own.withinMs === undefined ? limit : { query_timeout: own.withinMs };
    if (settings === undefined)
      return connection.query<object>({ ...ownLimit, name: prepared, text, values: [...values] });
    const results: unknown = await connection.query({
      ...ownLimit,
      text: `${settings}; ${withNumbers(text, values)}`,
    });
    return (results as [unknown, QueryResult<object>])[1]; // one per statement, which pg's types don't know
  };
  return {
    rows: async (statement, ...values) => (await ask(statement, values)).rows,
    run: async (statement, ...values) => (await ask(statement, values)).rowCount ?? 0,
  };
}

function transactionOn(client: PoolClient, withinMs?: number): Connection {
  const tx: Connection = { ...statementsOn(client, withinMs), transaction: (work) => work(tx) };
  return tx;
}

/**
 * Does work in one transaction on a connection of its own.
 *
 * A connection that breaks between two statements fails the next one; without a listener it would end the
 * process.
 */
async function inTransaction<T>(
  pool: Pool,
  work: (tx: Connection) => Promise<T>,
  { isKept = () => true, commitFailed, statementWithinMs }: Ending<T> = {},
): Promise<T> {
  const client = await pool.connect();
  const ignore = () => {};
  client.on("error", ignore);
  let isWell = false;
  try {
    await client.query("BEGIN");
    const result = await work(transactionOn(client, statementWithinMs));
    if (!isKept(result)) await client.query("ROLLBACK");
    else
      await client.query("COMMIT").catch((cause) => {
        throw commitFailed?.(cause) ?? cause;
      });
    isWell = true;
    return result;
  } finally {
    client.off("error", ignore);
    client.release(!isWell); // ended with the connection, which takes an open transaction with it
  }
}

function databaseOn(pool: () => Pool, prisma: () => PrismaClient, close: () => Promise<void>): Database {
  const onPool = async <T>(work: (pool: Pool) => Promise<T>): Promise<T> => {
    const current = pool();
    return work(current).catch((error) => {
      replaceLost(current, error);
      throw error;
    });
  };
  return {
    rows: (statement, ...values) => onPool((current) => statementsOn(current).rows(statement, ...values)),
    run: (statement, ...values) => onPool((current) => statementsOn(current).run(statement, ...values)),
    transaction: (work, ending) => onPool((current) => inTransaction(current, work, ending)),
    get prisma() {
      return prisma();
    },
    close,
  };
}

/** The database of a pool that somebody else opened. */
export function databaseOf(pool: Pool): Database {
  let client: PrismaClient | undefined;
  const prisma = () => {
    client ??= new PrismaClient({ adapter: new PrismaPg(pool) });
    return client;
  };
  return databaseOn(
    () => pool,
    prisma,
    () => pool.end(),
  );
}

/** Ends the connections of this process. The next query opens others, on the DATABASE_URL of that time. */
export async function closeDatabase(): Promise<void> {
  const { watchpostPrisma: client, watchpostPool: pool } = kept;
  kept.watchpostPrisma = undefined;
  kept.watchpostPool = undefined;
  await client?.$disconnect();
  await pool?.end();
}

function prismaClient(): PrismaClient {
  kept.watchpostPrisma ??= new PrismaClient({ adapter: new PrismaPg(connectionPool()) });
  return kept.watchpostPrisma;
}

/**
 * Whether this process's database answers on a new connection within a few seconds, whatever the state of those
 * that it has. It never throws.
 */
export async function isDatabaseAnsweringAnew(): Promise<boolean> {
  const limits = { ...CONNECTION_LIMITS, query_timeout: 3_000 };
  const pool = new Pool({ ...limits, connectionString: databaseUrl(), max: 1 });
  pool.on("error", () => {});
  const answers = await pool.query("SELECT 1").then(
    () => true,
    () => false,
  );
  pool.end().catch(() => {});
  return answers;
}

/** The database of this process, opened by the first who asks. Only store files may import it. */
export const database: Database = databaseOn(connectionPool, prismaClient, closeDatabase);
