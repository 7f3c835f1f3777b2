import { repeat } from "@/alerting/runtime/repeat";
import { deletedTenantDigest } from "@/lib/eviction/deletion-notice";
import { createEvictionStore, type Receipt } from "@/lib/eviction/store";
import { log } from "@/lib/infra/log";

const LOOK_EVERY_MS = 30_000;

export type TenantDeletionOptions = {
  lookEveryMs?: number;
  /** By default this process's database. */
  store?: ReturnType<typeof createEvictionStore>;
  /** Called with each receipt that was written to the log. */
  onReceipt?: (receipt: Receipt & { tenant: string | null }) => void;
};

/**
 * Deletes all that the portal holds about each tenant whose 30 days are over, and writes a receipt to the log, until stopped. Any
 * number of workers may do so. It never throws; what can't be done is logged, and tried again at the next look.
 */
export function startTenantDeletion(options: TenantDeletionOptions = {}): { stop(): Promise<void> } {
  const { lookEveryMs = LOOK_EVERY_MS, store = createEvictionStore() } = options;
  /** Those that this process tried to delete: a departure has no name, so the receipt takes it from here. */
  const tried = new Map<string, string>();

  function write(receipt: Receipt): void {
    const tenant = tried.get(receipt.idDigest) ?? null;
    const { idDigest, deleted } = receipt;
    const at = (ms: number) => new Date(ms).toISOString();
    log.info(
      {
        event: "tenant-deleted",
        tenant,
        idDigest,
        notServingFrom: at(receipt.notServingFromMs),
        overAt: at(receipt.overAtMs),
        deletedAt: at(receipt.deletedAtMs),
        deleted,
      },
      "The 30 days of a tenant are over: all that the portal held about it was deleted.",
    );
    tried.delete(idDigest);
    options.onReceipt?.({ ...receipt, tenant });
  }

  async function look(stop: AbortSignal): Promise<void> {
    for (const tenant of await store.readOver()) {
      if (stop.aborted) return;
      tried.set(deletedTenantDigest(tenant), tenant);
      // One that can't be deleted keeps no other from it.
      await store
        .deleteOver(tenant)
        .catch((error) =>
          log.error(
            { err: error, tenant },
            "A tenant whose 30 days are over could not be deleted; it is tried again.",
          ),
        );
    }
    await store.writeReceipts([...tried.values()], write);
  }

  const complaint = "Whose 30 days are over could not be found out; it is tried again.";
  return repeat({ pauseMs: lookEveryMs, complaint }, look);
}
