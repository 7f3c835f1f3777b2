import { PollError } from "./get-json";

const TIMEOUT_MS = 20_000;

/**
 * Sends a change to the portal's own API.
 * @returns the answer, whatever it says; only that of an ended session is thrown
 * @throws PollError with a sentence where it is not known whether the change was made, or the session has ended
 */
export async function sendJson(method: "POST" | "PUT", path: string, body: unknown): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      body: JSON.stringify(body),
      headers: { "content-type": "application/json", accept: "application/json" },
      signal: AbortSignal.timeout(TIMEOUT_MS),
      cache: "no-store",
    });
  } catch {
    throw new PollError(
      "failed",
      "Watchpost did not answer, so it is not known whether this was done. Load the page again to see.",
    );
  }
  if (response.status === 401) throw new PollError("signed-out", "You are signed out.");
  return response;
}
