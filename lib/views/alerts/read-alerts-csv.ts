import { ALERT_COLUMNS, alertCells } from "@/lib/alerts/alerts-csv";
import type { AlertCursor } from "@/lib/alerts/store";
import { csvRecord } from "@/lib/infra/csv";
import type { TenantScope } from "@/lib/tenant/scope";
import { readAlertList } from "./read-alerts";

/** So many are in memory at a time, however long the history is. */
const AT_ONCE = 200;

/**
 * All of the tenant's alerts as CSV, newest first, piece by piece; the first piece holds the names of the columns.
 * @throws the driver's error when the database can't be asked
 */
export async function* readAlertsCsv(scope: TenantScope): AsyncGenerator<string, void> {
  let head = csvRecord(ALERT_COLUMNS);
  let after: AlertCursor | null = null;
  do {
    const { alerts, next } = await readAlertList(scope, { signal: null, after, limit: AT_ONCE });
    yield head + alerts.map((alert) => csvRecord(alertCells(alert))).join("");
    head = "";
    after = next;
  } while (after);
}
