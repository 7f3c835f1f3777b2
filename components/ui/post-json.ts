import { PollError } from "./get-json";

const TIMEOUT_MS = 15_000;

/**
 * Asks the portal's own API to change something.
 * @returns the answer's body
 * @throws PollError with a sentence for the reader
 */
export async function postJson<T>(path: string, body: unknown = {}): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, {
      method: "POST",
      signal: AbortSignal.timeout(TIMEOUT_MS),
      headers: { "content-type": "application/json", accept: "application/json" },
      body: JSON.stringify(body),
    });
  } catch {
    throw new PollError("failed", "Watchpost can't be reached from here. Nothing was changed.");
  }
  const answer: unknown = await response.json().catch(() => null);
  if (response.ok) return answer as T;
  const message = (answer as { error?: { message?: unknown } } | null)?.error?.message;
  throw new PollError(
    response.status === 401 ? "signed-out" : "failed",
    typeof message === "string" ? message : `Watchpost answered with an error (${response.status}).`,
  );
}
