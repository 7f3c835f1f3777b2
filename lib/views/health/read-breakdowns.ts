import type { Bundle, SignalId } from "@/lib/catalogue/bundle";
import { type BreakdownAnswer, breakdownRules } from "@/lib/evaluation/breakdown";
import { lineKeyOf } from "@/lib/evaluation/effective";
import type { LineView } from "@/lib/evaluation/view";
import { environment } from "@/lib/infra/env";
import { prometheus } from "@/lib/prometheus/client";
import type { TenantScope } from "@/lib/tenant/scope";
import { askBreakdown } from "./ask-breakdown";
import type { HealthView } from "./view";

/** A line of a signal with its parts. no-value: the line itself has no fresh value, so its parts say nothing. */
export type LineBreakdown = { line: LineView; answer: BreakdownAnswer | { kind: "no-value" } };

/**
 * The parts of a signal's lines, at the instant of the view. Only lines that can be broken down.
 * @param view as it was read for the same tenant; its thresholds say which parts breach
 */
export async function readBreakdowns(
  scope: TenantScope,
  bundle: Bundle,
  view: HealthView,
  id: SignalId,
): Promise<LineBreakdown[]> {
  if (view.overall.state === "not-serving") return [];
  const sources = { bundle, tenantLabel: environment().TENANT_LABEL, prometheus: prometheus() };
  const signal = bundle.signals[id];
  const shown = view.signals.find((each) => each.id === id)?.lines ?? [];
  const asked = shown.map(async (line): Promise<LineBreakdown[]> => {
    const definition = signal.lines.find((each) => each.id === line.id);
    if (!definition || !breakdownRules(definition)) return [];
    if (line.reading.kind !== "value") return [{ line, answer: { kind: "no-value" } }];
    const { threshold } = line;
    const asOf = { key: lineKeyOf(id, line.id), atMs: view.asOfMs };
    const answer = await askBreakdown(sources, scope, { signal, definition, threshold }, asOf);
    return answer ? [{ line, answer }] : [];
  });
  return (await Promise.all(asked)).flat();
}
