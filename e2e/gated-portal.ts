import { type MetricsGate, startMetricsGate } from "../testing/metrics-gate";
import { demo } from "./harness";
import { startSecondPortal } from "./second-portal";

export type GatedPortal = { url: string; gate: MetricsGate; stop(): Promise<void> };

/**
 * Starts a second portal whose Prometheus can be made to fail without the other walks noticing. Cookies don't know ports: who
 * is signed in at the demo's portal is signed in here.
 */
export async function startGatedPortal(): Promise<GatedPortal> {
  const gate = await startMetricsGate(demo().prometheus);
  const portal = await startSecondPortal({ PROMETHEUS_URL: gate.url });
  return {
    url: portal.url,
    gate,
    async stop() {
      await portal.stop();
      await gate.stop();
    },
  };
}
