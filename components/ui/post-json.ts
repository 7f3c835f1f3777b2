import type { Contract, ContractName } from "@/lib/views/api/contracts";
import { messageOf, PollError, parseAnswer } from "./get-json";
import { sendJson } from "./send-json";

/**
 * Asks the portal's own API to do something.
 * @returns the answer's body
 * @throws PollError with a sentence for the reader
 */
export async function postJson<Name extends ContractName>(
  path: string,
  contract: Name,
  body: unknown = {},
): Promise<Contract<Name>> {
  const response = await sendJson("POST", path, body);
  const answer: unknown = await response.json().catch(() => null);
  if (response.ok) return parseAnswer(contract, answer);
  throw new PollError(
    "failed",
    messageOf(answer) ?? `Watchpost answered with an error (${response.status}).`,
  );
}
