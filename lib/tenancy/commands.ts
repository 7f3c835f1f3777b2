import { isDatabaseError } from "@/lib/infra/database-error";
import { type EndedSessions, tenancyStore } from "./store";

const sessions = (count: number) => `${count} open ${count === 1 ? "session" : "sessions"}`;

/**
 * Ends the sessions of a person or of a tenant: the next request of each is signed out. Closes the store.
 * @param name the provider's name for the person (sub), or the tenant's id
 * @returns the sentence to print; `ok` is false where the database could not be used
 */
export async function endSessionsNaming(name: string): Promise<{ ok: boolean; sentence: string }> {
  try {
    return { ok: true, sentence: sentenceOf(name, await tenancyStore.endSessionsOf(name, Date.now())) };
  } catch (error) {
    if (!isDatabaseError(error)) throw error;
    return {
      ok: false,
      sentence: "The database could not be used, so sessions may still be open. Run this again.",
    };
  } finally {
    await tenancyStore.close();
  }
}

function sentenceOf(name: string, ended: EndedSessions): string {
  const { ofSubject, withoutTenant, ofTenant, undecided } = ended;
  const without = withoutTenant > 0 ? ` (${withoutTenant} without a capability)` : "";
  const others =
    undecided > 0
      ? ` Ended ${sessions(undecided)} without a capability, which might have chosen this one.`
      : "";
  return `Ended ${sessions(ofSubject)} of the person ${name}${without}, and ${sessions(ofTenant)} in the tenant ${name}.${others}`;
}
