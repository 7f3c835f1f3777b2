import { readFile } from "node:fs/promises";
import path from "node:path";
import { rehearsedDatabase } from "./database";
import type { DeadMansSwitch } from "./dead-mans-switch";
import { RehearsalDesk } from "./desk";
import { startGate } from "./gate";
import { startMixUp } from "./mix-up";
import { REHEARSAL_FACTOR, shortenRules } from "./shortened";
import { type Parts, stagesOf } from "./stages";
import { createVisitor } from "./visitor";

/** The operator's alert rules, as the demo's Prometheus evaluates them. @param root the project's folder */
export const rehearsalRules = async (root: string): Promise<string> =>
  shortenRules(await readFile(path.join(root, "deploy/observability/alerts.yaml"), "utf8"), REHEARSAL_FACTOR);

/** Who looks at the portal where a rehearsal needs somebody. */
const VISITOR = "owner@photos.example";
/** An account without a claim. */
const STRANGER = "nobody@example.org";

/** What has to stand before the portal starts, and the desk once it runs. */
export type Rehearsals = {
  /** PROMETHEUS_URL for the worker and for the portal: the same one, by a line of each that can be cut. */
  workerPrometheusUrl: string;
  portalPrometheusUrl: string;
  open(
    parts: Pick<Parts, "portalUrl" | "inboxUrl" | "controlUrl" | "relay" | "portal" | "worker">,
  ): RehearsalDesk;
  /** Ends what is staged. */
  stop(): Promise<void>;
};

/** @param ownsDatabase whether the demo started the database itself, and so may shut it */
export async function prepareRehearsals(options: {
  databaseUrl: string;
  ownsDatabase: boolean;
  prometheusUrl: string;
  deadMansSwitch: DeadMansSwitch;
}): Promise<Rehearsals> {
  const { databaseUrl, ownsDatabase, prometheusUrl, deadMansSwitch } = options;
  const database = rehearsedDatabase(databaseUrl, ownsDatabase);
  // A demo that was killed during a rehearsal left it shut.
  if (ownsDatabase) await database.setShut(false);
  const prometheusPort = Number(new URL(prometheusUrl).port);
  const workerMetrics = await startGate("The worker's line to Prometheus", prometheusPort);
  const portalMetrics = await startGate("The portal's line to Prometheus", prometheusPort);
  const mixUp = await startMixUp(prometheusPort);
  let desk: RehearsalDesk | null = null;
  return {
    workerPrometheusUrl: `http://127.0.0.1:${workerMetrics.port}`,
    portalPrometheusUrl: `http://127.0.0.1:${portalMetrics.port}`,
    open: (parts) => {
      const stages = stagesOf({
        ...parts,
        database,
        workerMetrics,
        portalMetrics,
        prometheusPort,
        mixUpPort: mixUp.port,
        watchdogLine: deadMansSwitch.line,
        visitor: createVisitor(parts.portalUrl, VISITOR),
        stranger: createVisitor(parts.portalUrl, STRANGER),
      });
      desk = new RehearsalDesk(stages, { prometheusUrl, receivedAtMs: deadMansSwitch.receivedAtMs });
      return desk;
    },
    stop: async () => {
      await desk?.endAll();
      await Promise.all([workerMetrics, portalMetrics, mixUp].map((part) => part.stop()));
    },
  };
}
