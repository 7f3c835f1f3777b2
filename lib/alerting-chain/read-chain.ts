import { alertStore } from "@/lib/alerts/store";
import type { LineKey } from "@/lib/evaluation/effective";
import type { TenantScope } from "@/lib/tenant/scope";
import { type ChainRecords, chainOf, isJudgedLately } from "./chain";
import { alertingChainStore } from "./store";
import type { Alerting } from "./view";

export type ChainView = {
  /** null: no worker has ever judged anything. */
  alerting: Alerting | null;
  /** The lines with a good cycle judged by the evaluator within three intervals. */
  judgedLately: ReadonlySet<LineKey>;
  /** Since when the tenant has been live without a break. */
  liveSinceMs: number | null;
};

/**
 * The tenant's alerting chain, in two questions to the database whose cost doesn't grow with the number of tenants.
 * @param names the tenant's judged lines, each as it stands within a sentence
 * @throws the driver's error when the database can't be asked
 */
export async function readChain(scope: TenantScope, names: ReadonlyMap<LineKey, string>): Promise<ChainView> {
  const keys = [...names.keys()];
  const [delivery, cycles] = await Promise.all([
    alertingChainStore.readDeliveryRecords(scope),
    alertStore.lastCycles(keys),
  ]);
  if (!delivery) return { alerting: null, judgedLately: new Set(), liveSinceMs: null };
  const { liveSinceMs, ...records } = delivery;
  const lines: (ChainRecords["lines"][number] & { key: LineKey })[] = cycles.map(
    ({ lineKey, goodAtMs, newest }) => ({
      key: lineKey,
      name: names.get(lineKey) ?? lineKey,
      goodAtMs,
      newest,
    }),
  );
  return {
    alerting: chainOf({ ...records, lines }),
    judgedLately: new Set(lines.filter((line) => isJudgedLately(line, records.nowMs)).map(({ key }) => key)),
    liveSinceMs,
  };
}
