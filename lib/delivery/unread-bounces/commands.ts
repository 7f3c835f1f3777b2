import { isDatabaseError } from "@/lib/infra/database-error";
import { databaseSentence } from "@/lib/infra/database-sentence";
import { unreadBounceStore } from "./store";
import { unreadBounceLine, unreadBounceText } from "./unread-bounce";

/** What a command asks for: a list, or one by its number. */
export type UnreadBounceQuestion = { list: { sinceMs: number; tenantId: string | null } } | { show: string };

/**
 * Writes what came back and could not be read, oldest first. Closes the store.
 * @param write is awaited, so that a slow reader holds the reading up
 * @returns null, or the sentence that says why there is nothing to write
 */
export async function writeUnreadBounces(
  question: UnreadBounceQuestion,
  write: (text: string) => Promise<void>,
): Promise<string | null> {
  try {
    if ("show" in question) {
      const found = await unreadBounceStore.find(question.show);
      if (!found)
        return `There is no unread bounce ${question.show}. It may have been removed after 30 days.`;
      await write(`${unreadBounceLine(found)}\n\n${unreadBounceText(found.head)}`);
      return null;
    }
    const { sinceMs, tenantId } = question.list;
    for await (const page of unreadBounceStore.list(sinceMs, tenantId))
      await write(page.map((entry) => `${unreadBounceLine(entry)}\n`).join(""));
    return null;
  } catch (error) {
    if (!isDatabaseError(error)) throw error;
    return databaseSentence(error, "read");
  } finally {
    await unreadBounceStore.close();
  }
}
