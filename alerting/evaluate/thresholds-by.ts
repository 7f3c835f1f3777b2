import type { Bundle } from "@/lib/catalogue/bundle";
import {
  type EffectiveThreshold,
  effectiveThresholds,
  type LineKey,
  type ThresholdSetting,
  unusableSettings,
} from "@/lib/evaluation/effective";
import { log } from "@/lib/infra/log";

/** The thresholds of a tenant, by line. */
export type ThresholdsOf = (tenantId: string) => Map<LineKey, EffectiveThreshold>;

// Logged once for each edit, and not in every cycle.
const reported = new Set<string>();

/** The thresholds of every tenant. Most have set nothing, and share one map; the others share what they left as it
 *  is: 10,000 tenants with a setting each took 35 MB of a cycle otherwise. */
export function thresholdsBy(bundle: Bundle, settings: Map<string, ThresholdSetting[]>): ThresholdsOf {
  const defaults = effectiveThresholds(bundle, []);
  const own = new Map<string, Map<LineKey, EffectiveThreshold>>();
  for (const [tenantId, set] of settings) {
    own.set(tenantId, effectiveThresholds(bundle, set, defaults));
    for (const { signal, line, version } of unusableSettings(set)) {
      const key = `${tenantId} ${signal}/${line} ${version}`;
      if (reported.has(key)) continue;
      reported.add(key);
      log.error(
        { tenant: tenantId, signal, line },
        "A threshold in the database can't be used; the default judges.",
      );
    }
  }
  return (tenantId) => own.get(tenantId) ?? defaults;
}
