import { database } from "@/lib/infra/db";
import type { Connection } from "@/lib/infra/statement";
import type { TenantScope } from "@/lib/tenant/scope";
import { type DeliveryRecords, deliveryRecordsOf } from "./chain-row";
import * as sql from "./statements";

/** What the alerting chain is derived from, in a database. */
export function createAlertingChainStore(db: Connection = database) {
  /** What the alerting chain is derived from, apart from the cycles; null when the tenant's row is gone. */
  async function readDeliveryRecords({ tenantId }: TenantScope): Promise<DeliveryRecords | null> {
    const [row] = await db.rows(sql.CHAIN_RECORDS, tenantId);
    return row ? deliveryRecordsOf(row) : null;
  }

  return { readDeliveryRecords };
}

/** This process's instance. */
export const alertingChainStore = createAlertingChainStore();
