import type { Budget } from "@/alerting/runtime/budget";
import type { Alert } from "@/lib/alerts/alert";
import { partsOf } from "@/lib/alerts/rows";
import {
  canaryOf,
  componentsFor,
  statesAt,
  type Uses,
  usesOf,
  worstStates,
} from "@/lib/attribution/component-states";
import type { Evidence, ExitEvidence } from "@/lib/attribution/evidence";
import { onsetEndsAtMs } from "@/lib/attribution/onset-words";
import { type BreachStart, createOthersAffected } from "@/lib/attribution/others";
import { revised } from "@/lib/attribution/revise";
import type { Attributed, NewAttribution } from "@/lib/attribution/store";
import { differs, verdict } from "@/lib/attribution/verdict";
import type { Bundle, SignalId } from "@/lib/catalogue/bundle";
import { explainedSignals } from "@/lib/catalogue/component-causes";
import { CANARY, type Components } from "@/lib/catalogue/components";
import { deploymentsOf } from "@/lib/evaluation/events";
import { log } from "@/lib/infra/log";
import type { Sample } from "@/lib/prometheus/answer";
import type { Prometheus } from "@/lib/prometheus/client";
import { askFleetEvidence, type EvidenceSources, type FleetEvidence, samplesOf } from "./evidence-questions";
import { trafficAround } from "./traffic";

export type AttributeOptions = EvidenceSources & {
  prometheus: Pick<Prometheus, "platformRange">;
  /** All questions about evidence together are given up after this: a mail without a verdict is better than a late one. */
  evidenceWithinMs: number;
};

export type AttributeInput = {
  bundle: Bundle;
  slotMs: number;
  askedAtMs: number;
  /** The alerts that stand after the cycle, those that have just fired included. */
  open: readonly Alert[];
  /** What was said of them so far. */
  kept: ReadonlyMap<string, Attributed>;
  /** Everybody's breaches that last now. */
  breaches: readonly BreachStart[];
  /** The tenant's resources beyond their threshold in this slot; null where that could not be judged. */
  saturatedOf(tenantId: string): Evidence["saturated"];
  /** For all follow-ups of the cycle. */
  budget: Budget;
};

/** Evidence that is asked later than this says little about an onset. */
const ONSET_KNOWN_MS = 20 * 60_000;
const BEFORE_ONSET_MS = 5 * 60_000;

/** Asks at most once for a slot, and only where somebody needs it. */
export function evidenceOnce(
  options: AttributeOptions,
  { bundle, askedAtMs: atMs, budget }: Pick<AttributeInput, "bundle" | "askedAtMs" | "budget">,
): () => Promise<FleetEvidence> {
  let asked: Promise<FleetEvidence> | null = null;
  return () => {
    asked ??= budget("evidence", options.evidenceWithinMs, ({ signal }) =>
      askFleetEvidence(options, { bundle, atMs, signal }),
    );
    return asked;
  };
}

/**
 * Whose problem each open alert looks like: at its onset for the first time, then again as long as it lasts.
 * @returns what is new: a first verdict, or one that an owner would read as another one
 */
export async function attributeAlerts(
  options: AttributeOptions,
  input: AttributeInput,
  fleetEvidence: () => Promise<FleetEvidence>,
): Promise<NewAttribution[]> {
  const due = input.open.filter(
    ({ id, breachedAtMs }) => input.kept.has(id) || input.slotMs - breachedAtMs <= ONSET_KNOWN_MS,
  );
  if (due.length === 0) return [];
  const fleet = await fleetEvidence();
  const trafficOf = await trafficAround(
    options,
    input,
    due.filter(({ id }) => !input.kept.has(id)),
  );
  const othersAffected = createOthersAffected(input.breaches);
  return due.flatMap((alert): NewAttribution[] => {
    const { id: alertId, tenantId } = alert;
    try {
      const kept = input.kept.get(alertId);
      const seen = seenOf(input, fleet, alert, othersAffected);
      const evidence = kept ? revised(kept.evidence, seen) : { ...seen, traffic: trafficOf(alert) };
      const given = verdict(evidence);
      if (kept && !differs(kept.verdict, given)) return [];
      return [{ alertId, tenantId, atMs: input.slotMs, verdict: given, evidence }];
    } catch (error) {
      log.error({ tenant: tenantId, err: error }, "An alert could not be attributed.");
      return [];
    }
  });
}

function seenOf(
  input: AttributeInput,
  fleet: FleetEvidence,
  alert: Alert,
  othersAffected: ReturnType<typeof createOthersAffected>,
): Evidence {
  const { tenantId, lineKey, breachedAtMs } = alert;
  const [signal, line] = partsOf(lineKey) as [SignalId, string];
  const { components, states } = fleet;
  const known = {
    atOnset: states && worstStates(states, breachedAtMs - BEFORE_ONSET_MS, onsetEndsAtMs(alert)),
    now: states && statesAt(states.flatMap((series) => newestOf(series, input.askedAtMs))),
    uses: usesOver(fleet, tenantId),
  };
  const deployments = samplesOf(fleet.deployments, tenantId);
  return {
    onset: { signal, line, breachedAtMs, firedAtMs: alert.firedAtMs },
    ...(components
      ? platformOf(components, known, states !== null, signal)
      : { components: null, canary: null }),
    othersAffected: othersAffected(tenantId, breachedAtMs),
    deployments: deployments && deploymentsOf(deployments).map(({ atMs, version }) => ({ atMs, version })),
    exits: exitsOf(fleet, tenantId, input.slotMs),
    saturated: input.saturatedOf(tenantId),
    traffic: null,
  };
}

/** The platform's components as evidence, each with whether it can be the cause of this signal. */
function platformOf(
  definition: Components,
  known: Parameters<typeof componentsFor>[1],
  isRead: boolean,
  signal: SignalId,
): Pick<Evidence, "components" | "canary"> {
  const causes = new Map(
    definition.components.map((each) => [each.id, explainedSignals(each).includes(signal)]),
  );
  const canary = canaryOf(definition, known);
  return {
    components: isRead
      ? componentsFor(definition, known).map((each) => ({ ...each, explains: causes.get(each.id) ?? true }))
      : null,
    canary: canary && { ...canary, explains: causes.get(CANARY) ?? true },
  };
}

/** A component that gave no value at the slot is unknown now, whatever it was before. */
function newestOf(
  { labels, points }: { labels: Record<string, string>; points: [number, number][] },
  atMs: number,
): Sample[] {
  const newest = points.at(-1);
  return newest && newest[0] === atMs ? [{ labels, value: newest[1] }] : [];
}

function usesOver({ uses, usesBefore }: FleetEvidence, tenantId: string): Uses | null {
  const samples = [samplesOf(uses, tenantId), samplesOf(usesBefore, tenantId)].filter(
    (part) => part !== null,
  );
  return samples.length === 0 ? null : usesOf(samples.flat());
}

function exitsOf(fleet: FleetEvidence, tenantId: string, slotMs: number): ExitEvidence[] | null {
  const restarts = samplesOf(fleet.restarts, tenantId);
  const losses = samplesOf(fleet.podLosses, tenantId);
  if (restarts === null && losses === null) return null;
  const containerOf = ({ labels }: Sample) =>
    JSON.stringify([labels.namespace, labels.pod, labels.container]);
  const codes = new Map(
    samplesOf(fleet.exitCodes, tenantId)?.map((sample) => [containerOf(sample), sample.value]),
  );
  const lossOf = ({ labels }: Sample) => JSON.stringify([labels.pod, labels.reason]);
  const before = new Set(samplesOf(fleet.podLossesBefore, tenantId)?.map(lossOf));
  const exits = [
    ...(restarts ?? []).map((sample): ExitEvidence => {
      const code = codes.get(containerOf(sample));
      return {
        atMs: sample.value * 1000,
        reason: sample.labels.reason || "Unknown",
        exitCode: code !== undefined && Number.isInteger(code) ? code : null,
      };
    }),
    // When a pod lost its place isn't recorded; the slot in which it was first seen is.
    ...(losses ?? [])
      .filter((loss) => !before.has(lossOf(loss)))
      .map(
        ({ labels }): ExitEvidence => ({ atMs: slotMs, reason: labels.reason || "Unknown", exitCode: null }),
      ),
  ];
  return exits.filter(({ atMs }) => Number.isFinite(atMs) && atMs > 0).sort((a, b) => a.atMs - b.atMs);
}
