import { type Silence, silenceOf, silenceSince } from "@/lib/alerts/silence";
import { alertStore } from "@/lib/alerts/store";
import { outbox } from "@/lib/delivery/store";
import type { LineKey } from "@/lib/evaluation/effective";
import type { TenantScope } from "@/lib/tenant/scope";

/**
 * Proof of silence for the scope's tenant.
 * @param lines its judged lines
 * @returns null where nothing was ever evaluated
 * @throws the driver's error when the database can't be asked
 */
export async function readSilence(
  scope: TenantScope,
  lines: ReadonlySet<LineKey>,
  liveSinceMs: number | null,
  nowMs: number,
): Promise<Silence | null> {
  const lastMailMs = await outbox.lastAlertMail(scope);
  const since = silenceSince({ lastMailMs, liveSinceMs }, nowMs);
  return silenceOf(await alertStore.cyclesSince(since.sinceMs), lines, since);
}
