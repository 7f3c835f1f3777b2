import { readFile } from "node:fs/promises";
import path from "node:path";
import { rehearsedDatabase } from "./database";
import { RehearsalDesk } from "./desk";
import { startGate } from "./gate";
import { REHEARSAL_FACTOR, shortenRules } from "./shortened";
import { type Parts, stagesOf } from "./stages";

/** The operator's alert rules, as the demo's Prometheus evaluates them. @param root the project's folder */
export const rehearsalRules = async (root: string): Promise<string> =>
  shortenRules(await readFile(path.join(root, "deploy/observability/alerts.yaml"), "utf8"), REHEARSAL_FACTOR);

/** What has to stand before the portal starts, and the desk once it runs. */
export type Rehearsals = {
  /** PROMETHEUS_URL for the worker: the same one, by a line that can be cut. */
  workerPrometheusUrl: string;
  open(parts: Omit<Parts, "database" | "workerMetrics">): RehearsalDesk;
  /** Ends what is staged. */
  stop(): Promise<void>;
};

/** @param ownsDatabase whether the demo started the database itself, and so may shut it */
export async function prepareRehearsals(options: {
  databaseUrl: string;
  ownsDatabase: boolean;
  prometheusUrl: string;
}): Promise<Rehearsals> {
  const { databaseUrl, ownsDatabase, prometheusUrl } = options;
  const database = rehearsedDatabase(databaseUrl, ownsDatabase);
  // A demo that was killed during a rehearsal left it shut.
  if (ownsDatabase) await database.setShut(false);
  const workerMetrics = await startGate(Number(new URL(prometheusUrl).port));
  let desk: RehearsalDesk | null = null;
  return {
    workerPrometheusUrl: `http://127.0.0.1:${workerMetrics.port}`,
    open: (parts) => {
      desk = new RehearsalDesk(stagesOf({ ...parts, database, workerMetrics }), prometheusUrl);
      return desk;
    },
    stop: async () => {
      await desk?.endAll();
      await workerMetrics.stop();
    },
  };
}
