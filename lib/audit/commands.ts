import { isDatabaseError } from "@/lib/infra/database-error";
import { databaseSentence } from "@/lib/infra/database-sentence";
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
  try {
    if (csv) await write(CSV_HEAD);
    for await (const page of auditStore.readSignIns(sinceMs, tenantId)) {
      await write(page.map((entry) => (csv ? csvOf(entry) : `${lineOf(entry)}\n`)).join(""));
    }
    return null;
  } catch (error) {
    if (!isDatabaseError(error)) throw error;
    return databaseSentence(error, "read");
  } finally {
    await auditStore.close();
  }
}
