import type { Eviction } from "@/lib/catalogue/eviction";
import { inDatabase } from "./harness";

export const EVICTION_DAY_MS = 86_400_000;
export const EVICTION_ISSUE_URL = "https://git.example/infra/issues/83";

/** As the definitions write an instant, in whole seconds. */
export const instant = (atMs: number) => `${new Date(atMs).toISOString().slice(0, 19)}Z`;

/** What an apply of changed definitions would write. */
export async function evict(tenant: string, fromMs: number, pauses: Eviction["pauses"] = []): Promise<void> {
  const eviction = { from: instant(fromMs), issueUrl: EVICTION_ISSUE_URL, pauses };
  await inDatabase("UPDATE tenant SET leaving = jsonb_set(leaving, '{eviction}', $1) WHERE id = $2", [
    JSON.stringify(eviction),
    tenant,
  ]);
}

/** An apply in which the eviction was taken out of the file. */
export async function withdraw(tenant: string): Promise<void> {
  await inDatabase("UPDATE tenant SET leaving = leaving - 'eviction' WHERE id = $1", [tenant]);
}
