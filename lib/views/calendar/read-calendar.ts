import type { EvictionAndExport } from "@/lib/catalogue/eviction";
import { leavingView } from "@/lib/eviction/view";
import { environment } from "@/lib/infra/env";
import { calendarFile } from "@/lib/infra/ics";
import type { TenantScope } from "@/lib/tenant/scope";
import { readNotices } from "../notices/read-notices";
import { deadlineDates, evictionDates } from "./dates";

/**
 * What lies ahead of the scope's tenant as a calendar file: the dates of its eviction and the deadlines of the operator's notices.
 * @param tenant what it is called and what was announced; the notices are the scope's
 * @returns null where there is no date
 * @throws where the database can't be asked
 */
export async function readCalendar(
  scope: TenantScope,
  tenant: { name: string; timeZone: string; leaving: EvictionAndExport },
  nowMs: number,
): Promise<string | null> {
  const of = {
    tenant: { id: scope.tenantId, name: tenant.name },
    portalUrl: environment().NEXTAUTH_URL,
  };
  const dates = [
    ...evictionDates(leavingView(tenant), nowMs, of),
    ...deadlineDates(await readNotices(scope, nowMs), Boolean(tenant.leaving.eviction), of),
  ];
  return dates.length === 0 ? null : calendarFile(dates, nowMs);
}
