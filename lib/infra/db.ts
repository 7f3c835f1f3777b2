import { PrismaPg } from "@prisma/adapter-pg";
import { Pool, type PoolClient, type QueryResult } from "pg";
import { PrismaClient } from "@/prisma/generated/client";
import { databaseUrl } from "./env";
import { type Connection, type Ending, type Statement, withNumbers } from "./statement";

// A hot reload in development evaluates this module again; the pool must not be opened again with it.
const kept = globalThis as { watchpostPrisma?: PrismaClient; watchpostPool?: Pool };

/** Longer than an open page waits between two polls, or each would begin with new connections. */
const IDLE_CONNECTION_MS = 60_000;

/** The database as stores take it. */
export type Database = Connection & {
  /** Prisma's client on the same connections, for ordinary reads and writes of the portal. Its engine is never in the worker's memory. */
  readonly prisma: PrismaClient;
  /** Ends the connections, so that a command can end. */
  close(): Promise<void>;
};

/** The connections of this process. Only for the database's own tests: whatever else goes through `database`. */
export function connectionPool(): Pool {
  if (!kept.watchpostPool) {
    kept.watchpostPool = new Pool({
      connectionString: databaseUrl(),
      connectionTimeoutMillis: 3_000,
      idleTimeoutMillis: IDLE_CONNECTION_MS,
    });
    kept.watchpostPool.on("error", () => {}); // an idle connection that breaks is replaced; the next statement says what is wrong
  }
  return kept.watchpostPool;
}

function statementsOn(connection: () => Pick<Pool, "query">): Pick<Connection, "rows" | "run"> {
  const ask = async ({ text, prepared, settings }: Statement, values: readonly unknown[]) => {
    if (prepared) return connection().query<object>({ name: prepared, text, values: [...values] });
    if (settings === undefined) return connection().query<object>(text, [...values]);
    const results: unknown = await connection().query(`${settings}; ${withNumbers(text, values)}`);
    return (results as [unknown, QueryResult<object>])[1]; // one result per statement, which pg's types don't know
  };
  return {
    rows: async (statement, ...values) => (await ask(statement, values)).rows,
    run: async (statement, ...values) => (await ask(statement, values)).rowCount ?? 0,
  };
}

function transactionOn(client: PoolClient): Connection {
  const tx: Connection = { ...statementsOn(() => client), transaction: (work) => work(tx) };
  return tx;
}

/**
 * Does work in one transaction on a connection of its own.
 *
 * A connection that breaks between two statements fails the next one; without a listener it would end the process.
 */
async function inTransaction<T>(
  pool: Pool,
  work: (tx: Connection) => Promise<T>,
  { isKept = () => true, commitFailed }: Ending<T> = {},
): Promise<T> {
  const client = await pool.connect();
  const ignore = () => {};
  client.on("error", ignore);
  let isWell = false;
  try {
    await client.query("BEGIN");
    const result = await work(transactionOn(client));
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
  return {
    ...statementsOn(pool),
    transaction: (work, ending) => inTransaction(pool(), work, ending),
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

/** Ends the connections of this process. Whoever asks next opens others, on the DATABASE_URL of then. */
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

/** The database of this process, opened by the first who asks. Only store files may import it. */
export const database: Database = databaseOn(connectionPool, prismaClient, closeDatabase);
