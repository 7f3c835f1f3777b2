import type { Contract, ContractName } from "@/lib/views/api/contracts";

/** Why a poll brought nothing: each code asks something else of the page. The message is a sentence for the reader. */
export class PollError extends Error {
  override name = "PollError";
  constructor(
    readonly code: "signed-out" | "other-session" | "refused" | "failed",
    message: string,
    /** What the server answered with, where that was JSON. */
    readonly body: unknown = null,
  ) {
    super(message);
  }

  /** The session no longer sees this: asking again doesn't help. */
  get ended(): boolean {
    return this.code !== "failed";
  }
}

/** The answer is of another tenant than the page: somebody has signed in to that one in the same browser. */
export const otherSession = () =>
  new PollError("other-session", "This browser is now signed in to another capability.");

const TIMEOUT_MS = 12_000;

/** The `{ error: { message } }` of an answer, where there is one. */
export function messageOf(body: unknown): string | null {
  const error = (body as { error?: { message?: unknown } } | null)?.error;
  return typeof error?.message === "string" ? error.message : null;
}

/**
 * An answer as its contract has it. The contracts come with the first answer: a page that only shows what the server rendered needs
 * no schema library.
 * @throws PollError where it doesn't fit, as from another build of the portal
 */
export async function parseAnswer<Name extends ContractName>(
  contract: Name,
  body: unknown,
): Promise<Contract<Name>> {
  const { contracts } = await import("./browser-contracts");
  const parsed = contracts[contract].safeParse(body);
  if (parsed.success) return parsed.data as Contract<Name>;
  throw new PollError("failed", "Watchpost's answer could not be read. Load the page again.");
}

/**
 * Gets JSON from the portal's own API.
 * @param contract what the answer has to be
 * @returns the body, and the server's clock when it answered
 * @throws PollError with a sentence; an abort by the caller is passed on as it is
 */
export async function getJson<Name extends ContractName>(
  path: string,
  signal: AbortSignal,
  contract: Name,
): Promise<{ body: Contract<Name>; serverNowMs: number }> {
  let response: Response;
  try {
    response = await fetch(path, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
      cache: "no-store",
      headers: { accept: "application/json" },
    });
  } catch (error) {
    if (signal.aborted) throw error;
    const slow = error instanceof DOMException && error.name === "TimeoutError";
    throw new PollError(
      "failed",
      slow ? "Watchpost did not answer in time." : "Watchpost can't be reached from here.",
    );
  }
  if (response.status === 401) throw new PollError("signed-out", "You are signed out.");
  const json = response.headers.get("content-type")?.includes("json") ?? false;
  const body: unknown = json ? await response.json().catch(() => null) : null;
  if (response.status === 403)
    throw new PollError("refused", messageOf(body) ?? "This account no longer sees this capability.");
  if (!response.ok)
    throw new PollError(
      "failed",
      messageOf(body) ?? `Watchpost answered with an error (${response.status}).`,
      body,
    );
  const date = Date.parse(response.headers.get("date") ?? "");
  return { body: await parseAnswer(contract, body), serverNowMs: Number.isNaN(date) ? Date.now() : date };
}
