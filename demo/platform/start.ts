import { once } from "node:events";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Calendar } from "../calendar/calendar";
import { CAPABILITY_IDS, type CapabilityId, GUEST_ID, NODE_IDS, type NodeId } from "./characters";
import { Cluster } from "./cluster/cluster";
import { DemoIngress } from "./cluster/ingress";
import { SharedParts } from "./cluster/shared-parts";
import { ControlServer, type MoreRoutes } from "./control/server";
import { type SignIn, Switchboard } from "./control/switchboard";
import { Exporters } from "./exporters/server";
import { claimDataDir } from "./instance";
import { prometheusConfig } from "./prometheus/config";
import { findPrometheus } from "./prometheus/find";
import { runPrometheus } from "./prometheus/run";
import { pastBefore } from "./scenario";
import { endProcess, spawnScript } from "./spawn";

/** The same week each time, up to the day curve. */
const HISTORY_SEED = 20_261;

export type PlatformOptions = {
  /** Everything that the platform writes goes below this folder; what an earlier run left there is replaced. */
  dataDir: string;
  prometheusPort: number;
  controlPort: number;
  /** Called right before the ports are taken: their holder needn't release them while the history is written. */
  releasePorts?: () => Promise<void>;
  /** null: the platform runs without an identity provider. */
  signIn: SignIn | null;
  /** The calendar of the tenant that leaves; null until there is a portal. Absent where none comes. */
  calendar?: () => Calendar | null;
  /**
   * Processes beside the platform that its Prometheus watches, too: where their /metrics are, the rules for them, and where
   * alerts are sent (host and port), how often.
   */
  watched?: { targets: string[]; token: string; rules: string; alertmanager: string; resendSeconds: number };
  /** Called with one short sentence per step. */
  report: (progress: string) => void;
};

export type DemoPlatform = {
  prometheusUrl: string;
  controlUrl: string;
  /** Where each capability is reached; known only now, so the tenants' definitions are written with them. */
  capabilityUrls: Record<CapabilityId, string>;
  /** Lets the control page's server answer further routes. */
  addRoutes(more: MoreRoutes): void;
  /** Stops every process that was started, and resolves when the last one is gone. */
  stop(): Promise<void>;
};

/**
 * Starts the small platform: capabilities, exporters, traffic, a Prometheus with a week of history, and the switches for
 * faults. Resolves when Prometheus answers; the live series join the history with its first scrapes, about ten seconds later.
 * @throws MissingProgram when Prometheus isn't installed; Error with a sentence when a port is taken or a part won't start.
 *   What had been started by then is stopped again.
 */
export async function startPlatform(options: PlatformOptions): Promise<DemoPlatform> {
  const programs = findPrometheus();
  mkdirSync(options.dataDir, { recursive: true });
  await claimDataDir(options.dataDir);
  const stops: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const each of stops.splice(0).reverse()) await each();
  };
  try {
    return { ...(await startParts(options, programs, (each) => stops.push(each))), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startParts(
  { dataDir, prometheusPort, controlPort, releasePorts, signIn, calendar, watched, report }: PlatformOptions,
  programs: { prometheus: string; promtool: string },
  onStop: (stop: () => Promise<void>) => void,
): Promise<Omit<DemoPlatform, "stop">> {
  const past = pastBefore(Math.floor(Date.now() / 1000) * 1000);
  const { logsDir, tsdbDir } = freshFolders(dataDir);
  const history = writeHistory(programs.promtool, tsdbDir, past.toMs, logsDir, report, onStop);
  // Awaited below; a failure before that must not end the process by itself.
  history.catch(() => {});

  report("Starting three capabilities and a canary on two nodes.");
  const { cluster, shared, capabilityUrls } = await startCapabilities(dataDir, past, onStop);
  const exporters = new Exporters(cluster, shared, capabilityUrls, signIn?.probeUrl ?? null);
  onStop(() => exporters.stop());
  const exportersAddress = await exporters.start();
  const traffic = spawnScript("traffic/main.ts", {
    env: { CAPABILITY_URLS: JSON.stringify(capabilityUrls) },
    logFile: join(logsDir, "traffic.log"),
  });
  onStop(() => endProcess(traffic));

  await history;
  await releasePorts?.();
  report("Starting Prometheus.");
  const nodes = Object.fromEntries(NODE_IDS.map((id) => [id, `127.0.0.1:${cluster.nodePort(id)}`])) as Record<
    NodeId,
    string
  >;
  const addresses = {
    exporters: exportersAddress,
    prometheus: `127.0.0.1:${prometheusPort}`,
    signIn: signIn?.probeUrl ?? null,
    portal: watched ? writeWatched(dataDir, watched) : null,
  };
  const configFile = join(dataDir, "prometheus.yml");
  writeFileSync(configFile, prometheusConfig(addresses, nodes));
  const prometheus = await runPrometheus({
    program: programs.prometheus,
    configFile,
    tsdbDir,
    port: prometheusPort,
    logFile: join(logsDir, "prometheus.log"),
    resendSeconds: watched?.resendSeconds,
  });
  onStop(() => prometheus.stop());

  const control = new ControlServer(new Switchboard(cluster, traffic, shared, signIn), cluster, calendar);
  onStop(() => control.stop());
  const controlUrl = await control.start(controlPort);
  const announcement = join(dataDir, "control.json");
  const running = { url: controlUrl, pid: process.pid, prometheusPid: prometheus.pid };
  writeFileSync(announcement, `${JSON.stringify(running)}\n`);
  onStop(async () => rmSync(announcement, { force: true }));
  return {
    prometheusUrl: prometheus.url,
    controlUrl,
    capabilityUrls,
    addRoutes: (more) => control.add(more),
  };
}

/** Removes what an earlier run wrote. @returns the folders for the logs and for Prometheus's own storage */
function freshFolders(dataDir: string): { logsDir: string; tsdbDir: string } {
  const logsDir = join(dataDir, "logs");
  const tsdbDir = join(dataDir, "tsdb");
  for (const folder of [logsDir, tsdbDir]) rmSync(folder, { recursive: true, force: true });
  mkdirSync(logsDir, { recursive: true });
  return { logsDir, tsdbDir };
}

/** Starts the nodes with their pods, the parts that all share, and an ingress for each capability. */
async function startCapabilities(
  dataDir: string,
  past: ReturnType<typeof pastBefore>,
  onStop: (stop: () => Promise<void>) => void,
) {
  const cluster = new Cluster(dataDir, past);
  onStop(() => cluster.stop());
  await cluster.start(past);
  const shared = new SharedParts();
  onStop(async () => shared.stop());
  const capabilityUrls = {} as Record<CapabilityId, string>;
  for (const id of [...CAPABILITY_IDS, GUEST_ID] as const) {
    const ingress = new DemoIngress(id, cluster, shared);
    onStop(() => ingress.stop());
    capabilityUrls[id] = await ingress.start();
  }
  shared.start(capabilityUrls.canary);
  return { cluster, shared, capabilityUrls };
}

/** Writes the files that Prometheus reads to watch processes beside the platform. @returns what its configuration says of them */
function writeWatched(dataDir: string, watched: NonNullable<PlatformOptions["watched"]>) {
  const tokenFile = join(dataDir, "metrics-token");
  const rulesFile = join(dataDir, "portal-rules.yml");
  writeFileSync(tokenFile, watched.token, { mode: 0o600 });
  writeFileSync(rulesFile, watched.rules);
  return { targets: watched.targets, tokenFile, rulesFile, alertmanager: watched.alertmanager };
}

async function writeHistory(
  promtool: string,
  tsdbDir: string,
  nowMs: number,
  logsDir: string,
  report: (progress: string) => void,
  onStop: (stop: () => Promise<void>) => void,
): Promise<void> {
  const logFile = join(logsDir, "history.log");
  const child = spawnScript("history/main.ts", {
    args: [promtool, tsdbDir, String(nowMs), String(HISTORY_SEED)],
    logFile,
  });
  onStop(() => endProcess(child));
  child.on("message", ({ day, days }: { day: number; days: number }) =>
    report(`Writing a week of history: day ${day} of ${days}.`),
  );
  const [code] = await once(child, "exit");
  if (code !== 0) throw new Error(`The demo's history could not be written. ${logFile} says why.`);
}
