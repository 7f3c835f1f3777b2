import type { Contract, ContractName } from "@/lib/views/api/contracts";
import { PollError, parseAnswer } from "./get-json";
import { sendJson } from "./send-json";

/** The outcome of a write that was not carried out: the `error` of the answer, with whatever stands beside its sentence. */
export type Refused<Detail> = { code: string; message: string } & Partial<Detail>;

/**
 * Sends a change to the portal's own API.
 * @returns the answer's body, or the refusal that it gave
 * @throws PollError with a sentence where it is not known whether the change was made, or the session has ended
 */
export async function putJson<Name extends ContractName, Detail>(
  path: string,
  contract: Name,
  body: unknown,
): Promise<{ ok: true; body: Contract<Name> } | { ok: false; refused: Refused<Detail> }> {
  const response = await sendJson("PUT", path, body);
  const answer = (await response.json().catch(() => null)) as { error?: Refused<Detail> } | null;
  if (answer === null) throw new PollError("failed", "Watchpost's answer could not be read.");
  if (answer.error === undefined) return { ok: true, body: await parseAnswer(contract, answer) };
  if (answer.error.code === "other_session") throw new PollError("other-session", answer.error.message);
  if (response.status === 403) throw new PollError("refused", answer.error.message);
  return { ok: false, refused: answer.error };
}
