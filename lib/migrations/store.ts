import { database } from "@/lib/db";
import type { TenantScope } from "@/lib/tenancy/scope";
import { type MigrationDefinition, migrationsSchema } from "./definition";

/**
 * The scope's migrations, as last applied.
 * @throws Error when they don't fit this version of the portal: none would look as if there were none
 */
export async function readMigrations(scope: TenantScope): Promise<MigrationDefinition[]> {
  const row = await database().tenant.findUnique({
    where: { id: scope.tenantId },
    select: { migrations: true },
  });
  const result = migrationsSchema.safeParse(row?.migrations ?? []);
  if (result.success) return result.data;
  throw new Error(
    "The migrations in the database don't fit this version of the portal. Apply the definitions again: npm run definitions -- apply PATH",
  );
}
