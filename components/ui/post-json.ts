import { messageOf, PollError } from "./get-json";
import { sendJson } from "./send-json";

/**
 * Asks the portal's own API to do something.
 * @returns the answer's body
 * @throws PollError with a sentence for the reader
 */
export async function postJson<T>(path: string, body: unknown = {}): Promise<T> {
  const response = await sendJson("POST", path, body);
  const answer: unknown = await response.json().catch(() => null);
  if (response.ok) return answer as T;
  throw new PollError(
    "failed",
    messageOf(answer) ?? `Watchpost answered with an error (${response.status}).`,
  );
}
