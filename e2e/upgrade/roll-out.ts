import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Client } from "pg";
import { startIdentity } from "@/demo/identity/start";
import type { Process } from "@/demo/processes";
import { type Balancer, startBalancer } from "../../testing/balancer";
import { MAIL_FROM, SECRET } from "../../testing/outbox";
import { freshDatabase } from "../../testing/postgres";
import { startPrometheus } from "../../testing/prometheus";
import { startTestRelay, type TestRelay } from "../../testing/relay";
import { writeFailingPlatform } from "./failing-platform";
import { createMailGate, type MailGate } from "./mail-gate";
import { startPortalOf, startWorkerOf } from "./past-start";
import { type BuildSettings, migrateByTodays, type Replica, startReplica } from "./replica";

export type RollOut = {
  balancer: Balancer;
  relay: TestRelay;
  sql: Client;
  databaseUrl: string;
  /** While shut, the relay takes its time over each mail, so that they queue. */
  setGate(isShut: boolean): void;
  web(root: string, name: string): Promise<Replica>;
  worker(root: string, name: string): Promise<Replica>;
  /** Migrates by today's build and applies the definitions, as an init step does. @returns what it said */
  migrate(onLine: (text: string) => void): Promise<string>;
  stop(): Promise<void>;
};

/** What is stopped at the end, the last started first. */
type Undo = (() => Promise<unknown>)[];
type Surroundings = Pick<RollOut, "balancer" | "relay" | "sql" | "databaseUrl"> & { settings: BuildSettings };

/** A platform whose capabilities fail, and everything that builds of the portal need to run on one database side by side. */
export async function prepareRollOut(): Promise<RollOut> {
  const gate = createMailGate();
  const undo: Undo = [];
  const stop = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const { settings, ...surroundings } = await startSurroundings(gate, undo);
    const stoppedAtTheEnd = <Started extends Process>(replica: Started): Started => {
      undo.push(replica.stop);
      return replica;
    };
    return {
      ...surroundings,
      setGate: gate.set,
      web: async (root, name) =>
        stoppedAtTheEnd(await startReplica(startPortalOf, "PORT", { root, name }, settings)),
      worker: async (root, name) =>
        stoppedAtTheEnd(await startReplica(startWorkerOf, "WORKER_PORT", { root, name }, settings)),
      migrate: (onLine) => migrateByTodays(settings, onLine),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Metrics, relay, balancer, identity provider and an empty database, and the settings by which builds find them. */
async function startSurroundings(gate: MailGate, undo: Undo): Promise<Surroundings> {
  const home = await mkdtemp(path.join(tmpdir(), "watchpost-upgrade-"));
  undo.push(() => rm(home, { recursive: true, force: true }));
  const { definitions, openMetrics } = await writeFailingPlatform(home);
  const prometheus = await startPrometheus({ openMetrics });
  undo.push(prometheus.stop);
  const relay = await startTestRelay({
    data: async () => {
      await gate.opened();
      return null;
    },
  });
  undo.push(relay.stop);
  const balancer = await startBalancer();
  undo.push(balancer.stop);
  const client = { clientId: "watchpost", clientSecret: "only for this test" };
  const identity = await startIdentity({ port: 0, portalUrl: balancer.url, ...client, dataDir: home });
  undo.push(identity.stop);
  const database = await freshDatabase({ migrated: false });
  undo.push(database.drop);
  const sql = new Client({ connectionString: database.url });
  await sql.connect();
  undo.push(() => sql.end());
  const environment = {
    DATABASE_URL: database.url,
    PROMETHEUS_URL: prometheus.url,
    OIDC_ISSUER: identity.issuer,
    OIDC_CLIENT_ID: client.clientId,
    OIDC_CLIENT_SECRET: client.clientSecret,
    NEXTAUTH_URL: balancer.url,
    NEXTAUTH_SECRET: SECRET,
    SMTP_URL: relay.url,
    MAIL_FROM,
    EVALUATION_INTERVAL_SECONDS: "5",
    LOG_LEVEL: "info",
    NEXT_TELEMETRY_DISABLED: "1",
  };
  return { balancer, relay, sql, databaseUrl: database.url, settings: { environment, definitions } };
}
