import { askFor, type SignalSources } from "@/lib/evaluation/ask";
import type { Answer } from "@/lib/prometheus/answer";
import type { TenantScope } from "@/lib/tenant/scope";
import type { ThresholdLine } from "./view";

/**
 * The highest value that a line can have, by what the store has of the scope's tenant. One question, with the client's deadline.
 * @param atMs a slot
 * @returns null where nothing bounds the line, or nothing is known of it; an older answer is no answer
 */
export async function askHighest(
  sources: SignalSources,
  scope: TenantScope,
  { signal: signalId, line: lineId }: Pick<ThresholdLine, "signal" | "line">,
  atMs: number,
): Promise<Answer<number | null>> {
  const signal = sources.bundle.signals[signalId];
  const query = signal.lines.find(({ id }) => id === lineId)?.highest;
  if (query === undefined) return { ok: true, data: null, atMs };
  const answer = await askFor(sources, scope).instant(query, signal.windowSeconds, atMs);
  if (!answer.ok) return { ok: false, failure: answer.failure, last: null };
  return { ok: true, data: answer.data[0]?.value ?? null, atMs: answer.atMs };
}
