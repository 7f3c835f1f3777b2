import type { Bundle } from "@/lib/catalogue/bundle";
import type { QueryOutcome } from "@/lib/prometheus/failure";
import type { Survey } from "@/lib/prometheus/survey";
import { fleetQuery } from "@/lib/promql/fleet";
import { type LineMetrics, lookAtSetup, type SetupFacts } from "./look-at-setup";

/** What a store has for one judged line. */
export type LineFacts = LineMetrics & {
  /** The tenants with a finite value; null where the question failed. */
  answered: ReadonlySet<string> | null;
  /** Why the question failed. */
  failure: string | null;
};

/** All that the doctor judges by. */
export type StoreFacts = SetupFacts<LineFacts>;

/**
 * Asks a store all that the doctor needs to know: how it is set up, and for each judged line whom it finds.
 * @returns the first failure where the store can't be asked at all; a question that fails alone is reported in its line
 */
export async function lookAtStore(
  survey: Survey,
  bundle: Bundle,
  { label, atMs }: { label: string; atMs: number },
): Promise<QueryOutcome<StoreFacts>> {
  const setup = await lookAtSetup(survey, bundle, { label, atMs });
  if (!setup.ok) return setup;
  const lines: LineFacts[] = [];
  for (const judged of setup.data.lines) {
    const { windowSeconds } = judged.signal;
    const answer = await survey.ask(fleetQuery(judged.line.query, { label, windowSeconds }), atMs);
    const finite = answer.ok ? answer.data.samples.filter(({ value }) => Number.isFinite(value)) : [];
    lines.push({
      ...judged,
      answered: answer.ok ? new Set(finite.map(({ tenantId }) => tenantId)) : null,
      failure: answer.ok ? null : answer.detail || answer.code,
    });
  }
  return { ok: true, data: { ...setup.data, lines } };
}
