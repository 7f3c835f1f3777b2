import { applicableTo } from "@/lib/catalogue/applicable";
import { catalogueStore } from "@/lib/catalogue/store";
import { WITHOUT_BUNDLE } from "@/lib/evaluation/without-bundle";
import { environment } from "@/lib/infra/env";
import { prometheus } from "@/lib/prometheus/client";
import type { TenantScope } from "@/lib/tenant/scope";
import { type FoundRelease, type ReleaseTenant, releaseOf } from "./release";

/**
 * A release of the scope's tenant, and how it has been since.
 * @param tenant what the report depends on, and the lines that it doesn't have
 * @param atSeconds when one of its deployments was created
 * @throws where the database can't be asked
 */
export async function readRelease(
  scope: TenantScope,
  tenant: ReleaseTenant & { without: readonly string[] },
  atSeconds: number,
  nowMs: number,
): Promise<FoundRelease> {
  const [applied, components] = await Promise.all([
    catalogueStore.readBundle(),
    catalogueStore.readComponents(),
  ]);
  if (!applied) return { kind: "not-asked", message: WITHOUT_BUNDLE.message };
  const bundle = applicableTo(applied, tenant.without);
  const sources = { bundle, components, tenantLabel: environment().TENANT_LABEL, prometheus: prometheus() };
  return releaseOf(sources, scope, tenant, atSeconds, nowMs);
}
