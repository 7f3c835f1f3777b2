import { database } from "@/lib/db";
import type { TenantScope } from "@/lib/tenancy/scope";
import type { ThresholdSetting } from "./effective";

const COLUMNS = {
  signal: true,
  line: true,
  enabled: true,
  value: true,
  inclusive: true,
  forSeconds: true,
  recoverForSeconds: true,
  version: true,
} as const;

/** What the scope's tenant has set, in no order. A line without a setting goes by the platform's default. */
export async function readSettings({ tenantId }: TenantScope): Promise<ThresholdSetting[]> {
  return database().thresholdSetting.findMany({ where: { tenantId }, select: COLUMNS });
}

/** Every tenant's settings, by tenant id. For the evaluator alone, which judges everybody. */
export async function readAllSettings(): Promise<Map<string, ThresholdSetting[]>> {
  const rows = await database().thresholdSetting.findMany({ select: { ...COLUMNS, tenantId: true } });
  const byTenant = new Map<string, ThresholdSetting[]>();
  for (const { tenantId, ...setting } of rows) {
    const known = byTenant.get(tenantId);
    if (known) known.push(setting);
    else byTenant.set(tenantId, [setting]);
  }
  return byTenant;
}
