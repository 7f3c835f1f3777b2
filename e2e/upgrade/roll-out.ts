import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { Client } from "pg";
import { stringify } from "yaml";
import { startIdentity } from "@/demo/identity/start";
import type { Process, ProcessOptions } from "@/demo/processes";
import type { Bundle } from "@/lib/catalogue/bundle";
import { withoutNewerKeys } from "@/lib/catalogue/newer-keys";
import { type MadeCapability, platformSamples } from "@/lib/evaluation/platform.fixture";
import { freePort } from "../../server/free-port";
import { type Balancer, startBalancer } from "../../testing/balancer";
import { defaultBundle } from "../../testing/evaluation";
import { MAIL_FROM, SECRET } from "../../testing/outbox";
import { freshDatabase } from "../../testing/postgres";
import { startPrometheus } from "../../testing/prometheus";
import { startTestRelay, type TestRelay } from "../../testing/relay";
import { startPortalOf, startWorkerOf } from "./past-start";

/** Today's tree. */
export const ROOT = path.resolve(import.meta.dirname, "../..");
/** Owners that sign in. */
export const OWNED = ["photos", "tickets", "weather"] as const;
const BEHIND_MS = 300_000;
const AHEAD_MS = 660_000;
/** When the first capability fails, and when many do at once: their mails come half a minute after its mail. */
const FIRST_AFTER_MS = -10_000;
const BURST_AFTER_MS = 20_000;
const BURST = 14;
const ONE_BY_ONE = 60;
const ONE_EVERY_MS = 4_000;
/** No relay keeps a mail for longer, however long the gate stays shut: a worker gives up after a minute. */
const GATE_LIMIT_MS = 20_000;

/** A replica, and what its log says. */
export type Replica = Process & { port: number; log(): Promise<LogLine[]> };
export type LogLine = { level: number; msg: string; time: string; outcome?: string };

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

/** Capabilities that begin to fail from a time on: some of them all at once, the others one after the other for minutes. */
function capabilities(nowMs: number): MadeCapability[] {
  const during = { fromMs: nowMs - BEHIND_MS, toMs: nowMs + AHEAD_MS };
  const failing = (id: string, fromMs: number): MadeCapability => ({
    id,
    ...during,
    errorShare: (atMs) => (atMs >= fromMs ? 0.5 : 0),
  });
  return [
    ...OWNED.map((id) => ({ id, ...during })),
    ...Array.from({ length: BURST }, (_, n) => failing(`burst-${n}`, nowMs + BURST_AFTER_MS)),
    ...Array.from({ length: ONE_BY_ONE }, (_, n) =>
      failing(`single-${n}`, nowMs + FIRST_AFTER_MS + n * ONE_EVERY_MS),
    ),
  ];
}

/** @param bundle as the build that is given the folder knows it */
async function writeDefinitions(folder: string, bundle: Bundle, tenants: readonly string[]): Promise<void> {
  await mkdir(folder);
  bundle.signals["error-rate"].windowSeconds = 60;
  for (const line of bundle.signals["error-rate"].lines)
    line.threshold = { value: 0.1, inclusive: false, forSeconds: 10, recoverForSeconds: 60 };
  const definitions = tenants.map((id) => ({
    id,
    name: `Name of ${id}`,
    contactAddress: `owner@${id}.example`,
    timeZone: "UTC",
    state: "live",
  }));
  await writeFile(path.join(folder, "bundle.yaml"), stringify(bundle));
  await writeFile(path.join(folder, "tenants.yaml"), stringify({ tenants: definitions }));
}

/** A platform whose capabilities fail, and everything that builds of the portal need to run on one database side by side. */
export async function prepareRollOut(): Promise<RollOut> {
  const home = await mkdtemp(path.join(tmpdir(), "watchpost-upgrade-"));
  const logs = path.join(ROOT, "e2e/results/upgrade");
  await mkdir(logs, { recursive: true });
  const definitions = { past: path.join(home, "past"), todays: path.join(home, "todays") };
  let open = () => {};
  let opened = Promise.resolve();
  const undo: (() => Promise<unknown>)[] = [() => rm(home, { recursive: true, force: true })];
  const stop = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const platform = capabilities(Math.ceil(Date.now() / 15_000) * 15_000);
    const tenants = platform.map(({ id }) => id);
    const past = withoutNewerKeys(defaultBundle()).document as Bundle;
    await writeDefinitions(definitions.past, past, tenants);
    await writeDefinitions(definitions.todays, defaultBundle(), tenants);
    const prometheus = await startPrometheus({ openMetrics: platformSamples(platform) });
    undo.push(prometheus.stop);
    const relay = await startTestRelay({
      data: async () => {
        await Promise.race([opened, sleep(GATE_LIMIT_MS)]);
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
    const start = async (
      begin: (options: ProcessOptions) => Promise<Process>,
      portVariable: "PORT" | "WORKER_PORT",
      { root, name }: { root: string; name: string },
    ): Promise<Replica> => {
      const port = await freePort();
      const logFile = path.join(logs, `${name}.log`);
      const replica = await begin({
        root,
        port,
        logFile,
        environment: {
          ...environment,
          DEFINITIONS_DIR: root === ROOT ? definitions.todays : definitions.past,
          [portVariable]: String(port),
        },
        signal: new AbortController().signal,
      });
      undo.push(replica.stop);
      return { ...replica, port, log: async () => linesOf(await readFile(logFile, "utf8")) };
    };
    return {
      balancer,
      relay,
      sql,
      databaseUrl: database.url,
      setGate: (isShut) => {
        open();
        if (isShut)
          opened = new Promise((resolve) => {
            open = resolve;
          });
      },
      web: (root, name) => start(startPortalOf, "PORT", { root, name }),
      worker: (root, name) => start(startWorkerOf, "WORKER_PORT", { root, name }),
      migrate: async (onLine) => {
        const running = promisify(execFile)(
          process.execPath,
          ["--import", "tsx", "server/launch.ts", "--prepare-only"],
          { cwd: ROOT, env: { ...process.env, ...environment, DEFINITIONS_DIR: definitions.todays } },
        );
        running.child.stderr?.on("data", (chunk) => onLine(String(chunk)));
        return (await running).stderr;
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The lines of a log that are the portal's own; the launcher and Next write words. */
function linesOf(text: string): LogLine[] {
  return text
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as LogLine);
}
