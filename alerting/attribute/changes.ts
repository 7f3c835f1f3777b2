import type { Changes } from "@/alerting/compose/mail-facts";
import { deploymentsOf, restartsOf } from "@/lib/evaluation/events";
import { type FleetEvidence, samplesOf } from "./evidence-questions";

const HOUR_MS = 3_600_000;

/**
 * A tenant's deployments and restarts of the hour before, from the questions that were asked for everybody: each container's
 * newest restart. Each is null where it could not be asked.
 * @param atMs the instant that was asked about, at which the hour ends
 */
export function changesIn(
  { deployments, restarts, exitCodes }: Pick<FleetEvidence, "deployments" | "restarts" | "exitCodes">,
  tenantId: string,
  atMs: number,
): Changes {
  const isWithin = (event: { atMs: number }) => event.atMs > atMs - HOUR_MS && event.atMs <= atMs;
  const seriesOf = (by: FleetEvidence["restarts"]) =>
    samplesOf(by, tenantId)?.map(({ labels, value }) => ({
      labels,
      points: [[atMs, value]] as [number, number][],
    }));
  const restarted = seriesOf(restarts);
  return {
    deployments:
      samplesOf(deployments, tenantId) &&
      deploymentsOf(samplesOf(deployments, tenantId) ?? [])
        .filter(isWithin)
        .map(({ atMs: at, version }) => ({ atMs: at, version })),
    restarts: restarted ? restartsOf(restarted, seriesOf(exitCodes) ?? []).filter(isWithin) : null,
  };
}
