import { PrismaPg } from "@prisma/adapter-pg";
import { PrismaClient } from "@/prisma/generated/client";
import { databaseUrl } from "./env";

// A hot reload in development evaluates this module again; the pool must not be opened again with it.
const kept = globalThis as { watchpostDatabase?: PrismaClient };

/** The one connection pool of this process. Only store files may call it. */
export function database(): PrismaClient {
  kept.watchpostDatabase ??= new PrismaClient({
    adapter: new PrismaPg({ connectionString: databaseUrl(), connectionTimeoutMillis: 3_000 }),
  });
  return kept.watchpostDatabase;
}

/** Ends the pool, so that a command or a test can end. The next database() opens another, on the DATABASE_URL of then. */
export async function closeDatabase(): Promise<void> {
  const open = kept.watchpostDatabase;
  kept.watchpostDatabase = undefined;
  await open?.$disconnect();
}
