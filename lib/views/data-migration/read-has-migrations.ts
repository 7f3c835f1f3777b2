import { cache } from "react";
import { dataMigrationStore } from "@/lib/data-migrations/store";
import { log } from "@/lib/infra/log";
import type { TenantScope } from "@/lib/tenant/scope";

/**
 * Whether the scope's tenant has data migrations; asked once for a page and its frame. Where they can't be read, their page says
 * why: so it stays in the navigation.
 */
export const readHasMigrations = cache(async (scope: TenantScope): Promise<boolean> => {
  try {
    return await dataMigrationStore.hasMigrations(scope);
  } catch (error) {
    log.error({ err: error }, "Whether there are data migrations can't be read.");
    return true;
  }
});
