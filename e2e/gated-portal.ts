import { mkdir } from "node:fs/promises";
import path from "node:path";
import { reservePort } from "@/demo/ports";
import { startPortal } from "@/demo/processes";
import { demo } from "./harness";
import { type MetricsGate, startMetricsGate } from "./services/metrics-gate";

const ROOT = path.resolve(import.meta.dirname, "..");

export type GatedPortal = { url: string; gate: MetricsGate; stop(): Promise<void> };

/**
 * Starts a second portal beside the demo's, with the same database and secrets and so the same sessions, whose Prometheus
 * can be made to fail without the other walks noticing. Cookies don't know ports: who is signed in there is signed in here.
 */
export async function startGatedPortal(): Promise<GatedPortal> {
  const { prometheus, portalEnvironment } = demo();
  const gate = await startMetricsGate(prometheus);
  const port = await reservePort("portal", { PORT: "0" });
  await port.release();
  const url = `http://127.0.0.1:${port.port}`;
  const logs = path.join(ROOT, "e2e/results/gated-portal");
  await mkdir(logs, { recursive: true });
  const { DEFINITIONS_DIR: _, ...environment } = portalEnvironment;
  const portal = await startPortal({
    root: ROOT,
    port: port.port,
    logFile: path.join(logs, `portal-${port.port}.log`),
    signal: new AbortController().signal,
    environment: {
      ...environment,
      PORT: String(port.port),
      NEXTAUTH_URL: url,
      PROMETHEUS_URL: gate.url,
    },
  });
  return {
    url,
    gate,
    async stop() {
      await portal.stop();
      await gate.stop();
    },
  };
}
