import { PrismaPg } from "@prisma/adapter-pg";
import { PrismaClient } from "@/prisma/generated/client";
import { environment } from "./env";

// A hot reload in development evaluates this module again; the pool must not be opened again with it.
const kept = globalThis as { watchpostDatabase?: PrismaClient };

/** The one connection pool of this process. Only store files may call it. */
export function database(): PrismaClient {
  kept.watchpostDatabase ??= new PrismaClient({
    adapter: new PrismaPg({ connectionString: environment().DATABASE_URL, connectionTimeoutMillis: 3_000 }),
  });
  return kept.watchpostDatabase;
}
