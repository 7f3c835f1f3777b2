import path from "node:path";
import { type DemoContext, OIDC_CLIENT_ID } from "./parts";
import { type Process, startDemoWorker, startPortal } from "./processes";

/** A demo is looked at for minutes: its alerts may not take as long as a real installation's. */
const EVALUATION_INTERVAL_SECONDS = 10;
const NOTICES_INTERVAL_SECONDS = 10;

/** The portal's web process. @param environment with the PORT on which it listens */
export async function startPortalPart(
  { root, dataDir, services, ports, portalUrl }: DemoContext,
  environment: Record<string, string>,
  signal: AbortSignal,
): Promise<Process> {
  await ports.portal.release();
  const portal = await startPortal({
    root,
    port: ports.portal.port,
    logFile: path.join(dataDir, "portal.log"),
    signal,
    environment,
  });
  services.add({ name: "The portal", rank: 3, url: portalUrl, ...portal });
  return portal;
}

/** The portal's worker, which also takes the mails that come back. */
export async function startWorkerPart(
  { root, dataDir, services, ports }: DemoContext,
  environment: Record<string, string>,
  signal: AbortSignal,
): Promise<Process> {
  await Promise.all([ports.worker.release(), ports.bounces.release()]);
  const worker = await startDemoWorker({
    root,
    port: ports.worker.port,
    logFile: path.join(dataDir, "worker.log"),
    signal,
    environment: {
      ...environment,
      WORKER_PORT: String(ports.worker.port),
      BOUNCE_PORT: String(ports.bounces.port),
      NOTICES_INTERVAL_SECONDS: String(NOTICES_INTERVAL_SECONDS),
    },
  });
  services.add({ name: "The worker", rank: 3, url: `http://127.0.0.1:${ports.worker.port}`, ...worker });
  return worker;
}

/** What web and worker are both started with; the line to Prometheus is for each its own. */
export const sharedEnvironment = (
  { portalUrl, secrets }: DemoContext,
  where: { database: string; issuer: string; smtp: string; definitionsDir: string },
) => ({
  DATABASE_URL: where.database,
  OIDC_ISSUER: where.issuer,
  OIDC_CLIENT_ID: OIDC_CLIENT_ID,
  OIDC_CLIENT_SECRET: secrets.oidcClientSecret,
  NEXTAUTH_URL: portalUrl,
  NEXTAUTH_SECRET: secrets.nextAuthSecret,
  SMTP_URL: where.smtp,
  MAIL_FROM: "Watchpost <alerts@watchpost.example>",
  DEFINITIONS_DIR: where.definitionsDir,
  EVALUATION_INTERVAL_SECONDS: String(EVALUATION_INTERVAL_SECONDS),
  METRICS_TOKEN: secrets.metricsToken,
  NEXT_TELEMETRY_DISABLED: "1",
});
