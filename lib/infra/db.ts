import { PrismaPg } from "@prisma/adapter-pg";
import { Pool, type PoolClient } from "pg";
import { PrismaClient } from "@/prisma/generated/client";
import { databaseUrl } from "./env";

// A hot reload in development evaluates this module again; the pool must not be opened again with it.
const kept = globalThis as { watchpostDatabase?: PrismaClient; watchpostPool?: Pool };

/** Longer than an open page waits between two polls, or each would begin with new connections. */
const IDLE_CONNECTION_MS = 60_000;

/**
 * A statement that each connection plans once, by its name. For what every page view asks: planning took most of its time.
 * A pooler in front of the database has to know of prepared statements (PgBouncer from 1.21 on).
 */
export type Prepared = { name: string; text: string };

/** The pool below Prisma, for statements that are better as plain SQL: many rows at once, or leases. Only store files may call it. */
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

/**
 * Does work in one transaction on a connection of its own: all of it or nothing.
 *
 * A connection that breaks between two statements fails the next one; without a listener it would end the process.
 * @throws what the work throws, or the driver where the transaction can't be ended
 */
export async function inTransaction<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  const ignore = () => {};
  client.on("error", ignore);
  let isWell = false;
  try {
    await client.query("BEGIN");
    const result = await work(client);
    await client.query("COMMIT");
    isWell = true;
    return result;
  } finally {
    client.off("error", ignore);
    client.release(!isWell); // ended with the connection, which takes an open transaction with it
  }
}

/** The one connection pool of this process, as Prisma. Only store files may call it. */
export function database(): PrismaClient {
  kept.watchpostDatabase ??= new PrismaClient({ adapter: new PrismaPg(connectionPool()) });
  return kept.watchpostDatabase;
}

/** Ends the pool, so that a command or a test can end. The next database() opens another, on the DATABASE_URL of then. */
export async function closeDatabase(): Promise<void> {
  const { watchpostDatabase: client, watchpostPool: pool } = kept;
  kept.watchpostDatabase = undefined;
  kept.watchpostPool = undefined;
  await client?.$disconnect();
  await pool?.end();
}
