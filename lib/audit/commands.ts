import { isDatabaseError } from "@/lib/infra/database-error";
import { databaseUrl } from "@/lib/infra/env";
import { CSV_HEAD, csvOf, lineOf } from "./sign-in-line";
import { auditStore } from "./store";

/**
 * Writes the access log, oldest first, a page at a time. Closes the store.
 * @param tenantId null for everybody's
 * @param write is awaited, so that a slow reader holds the reading up
 * @returns null, or the sentence that says why the database could not be read
 */
export async function writeSignIns(
  { sinceMs, tenantId, csv }: { sinceMs: number; tenantId: string | null; csv: boolean },
  write: (text: string) => Promise<void>,
): Promise<string | null> {
  const { host, pathname } = new URL(databaseUrl());
  try {
    if (csv) await write(CSV_HEAD);
    for await (const page of auditStore.readSignIns(sinceMs, tenantId)) {
      await write(page.map((entry) => (csv ? csvOf(entry) : `${lineOf(entry)}\n`)).join(""));
    }
    return null;
  } catch (error) {
    if (!isDatabaseError(error)) throw error;
    const reason = (error as Error).message.trim().split("\n").at(-1);
    return `The database ${pathname.slice(1)} on ${host} could not be read: ${reason}`;
  } finally {
    await auditStore.close();
  }
}
