import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { closeDatabase } from "@/lib/infra/db";
import { freePort } from "../server/free-port";
import { openOwnerSession } from "../testing/owner-session";
import { CLUSTER_NAMES, type DatabaseCluster, startDatabaseCluster } from "./database-cluster";
import { onConnection } from "./database-operator";
import { type KeptCommand, type KeptProcess, startKeptProcess } from "./kept-process";
import { type PairProxy, startPairProxy } from "./pair-proxy";
import { PAIRS, WEBS, WORKERS } from "./plan";
import { type ChaosPlatform, startChaosPlatform, writeChaosDefinitions } from "./platform";
import { faketimeSettings, sharedSettings } from "./portal-environment";
import { type ChaosRelay, startChaosRelay } from "./relay";
import { clearDisks } from "./small-disk";

const MAIL_DOMAIN = "watchpost.example";
const LAUNCHER = "server/launch.ts";
const PREPARED_WITHIN_MS = 120_000;

export type ChaosOptions = {
  root: string;
  /** Where data and logs go; whatever was there is removed. */
  folder: string;
  capabilities: readonly string[];
  /** libfaketime; null where it can't be had, and clocks can't jump. */
  faketime: string | null;
};

export type ChaosWorld = {
  database: DatabaseCluster;
  platform: ChaosPlatform;
  relay: ChaosRelay;
  /** The webs and workers, by name. */
  services: ReadonlyMap<string, KeptProcess>;
  /** By the pair that it stands between. */
  proxies: ReadonlyMap<string, PairProxy>;
  /** The addresses of webs and workers, by name. */
  urls: ReadonlyMap<string, string>;
  /** The Cookie header of each owner's session, by capability. */
  cookies: ReadonlyMap<string, string>;
  /** Sets how far a worker's clock is wrong; null where that can't be done here. */
  setClock: ((worker: string, byMs: number) => Promise<void>) | null;
  /** Asks the primary, past all proxies. */
  query<R extends object>(text: string): Promise<R[]>;
  end(): Promise<void>;
};

/** Starts everything that takes part in a run, with a proxy between each pair. */
export async function startChaosWorld(options: ChaosOptions): Promise<ChaosWorld> {
  const { root, folder, capabilities, faketime } = options;
  const ends: (() => Promise<unknown>)[] = [];
  const end = async () => {
    for (const each of ends.splice(0).reverse()) await each();
  };
  try {
    const data = path.join(folder, "data");
    await clearDisks(data, CLUSTER_NAMES);
    await rm(folder, { recursive: true, force: true });
    const [logs, definitions] = [path.join(folder, "logs"), path.join(folder, "definitions")];
    await mkdir(logs, { recursive: true });
    await writeChaosDefinitions(definitions, capabilities);
    const secret = randomBytes(32).toString("base64");
    const database = await startDatabaseCluster(data, logs);
    ends.push(database.end);
    const platform = await startChaosPlatform(path.join(folder, "platform"), capabilities);
    ends.push(platform.end);
    const relay = await startChaosRelay(secret, MAIL_DOMAIN);
    ends.push(relay.end);

    const proxies = await proxiesOf({ database, platform, relay });
    for (const proxy of proxies.values()) ends.push(proxy.stop);
    const settings = sharedSettings(secret, definitions);
    const primaryUrl = database.urlOn(database.primaryPort());
    await prepare(root, {
      ...settings,
      DATABASE_URL: primaryUrl,
      PROMETHEUS_URL: `http://127.0.0.1:${platform.port}`,
    });
    const cookies = await openSessions(primaryUrl, secret, capabilities);

    const services = new Map<string, KeptProcess>();
    const urls = new Map<string, string>();
    const clockFile = (name: string) => path.join(folder, `${name}.clock`);
    for (const name of [...WEBS, ...WORKERS]) {
      const port = await freePort();
      await writeFile(clockFile(name), "+0");
      urls.set(name, `http://127.0.0.1:${port}`);
      const portTo = (target: string) => proxies.get(`${name}→${target}`)?.port ?? 0;
      const own = { name, port, databaseUrl: database.urlOn(portTo("database")), portTo };
      const clock =
        faketime === null || name.startsWith("web") ? {} : faketimeSettings(faketime, clockFile(name));
      const service = startKeptProcess(commandOf(options, own, { ...settings, ...clock }));
      services.set(name, service);
      ends.push(service.end);
    }
    return {
      ...{ database, platform, relay, services, proxies, urls, cookies, end },
      setClock: faketime === null ? null : (worker, byMs) => setClock(clockFile(worker), byMs),
      query: <R extends object>(text: string) =>
        onConnection(
          database.urlOn(database.primaryPort()),
          async (client) => (await client.query<R>(text)).rows,
        ),
    };
  } catch (error) {
    await end();
    throw error;
  }
}

/** A web or a worker, as `npm run start:web` and `npm run start:worker` start them. */
function commandOf(
  { root, folder }: ChaosOptions,
  own: { name: string; port: number; databaseUrl: string; portTo(target: string): number },
  settings: Record<string, string>,
): KeptCommand {
  const { name, port, databaseUrl, portTo } = own;
  const isWeb = name.startsWith("web");
  const args = isWeb ? ["web", "--hostname", "127.0.0.1", "--port", String(port)] : ["worker"];
  return {
    name,
    file: process.execPath,
    args: ["--import", "tsx", LAUNCHER, ...args],
    cwd: root,
    logFile: path.join(folder, "logs", `${name}.log`),
    env: {
      ...settings,
      DATABASE_URL: databaseUrl,
      PROMETHEUS_URL: `http://127.0.0.1:${portTo("prometheus")}`,
      ...(!isWeb && { SMTP_URL: `smtp://127.0.0.1:${portTo("relay")}`, WORKER_PORT: String(port) }),
    },
  };
}

async function proxiesOf({
  database,
  platform,
  relay,
}: Pick<ChaosWorld, "database" | "platform" | "relay">): Promise<Map<string, PairProxy>> {
  const proxies = new Map<string, PairProxy>();
  const targets = {
    database: database.primaryPort,
    prometheus: () => platform.port,
    relay: () => relay.port,
  };
  for (const pair of PAIRS) {
    const target = pair.split("→")[1] as keyof typeof targets;
    const isReplication = pair === "replica→database";
    proxies.set(pair, isReplication ? database.replication : await startPairProxy(targets[target]));
  }
  return proxies;
}

/** Migrates the database and applies the definitions, as an init step does. */
async function prepare(root: string, environment: Record<string, string>): Promise<void> {
  await promisify(execFile)(process.execPath, ["--import", "tsx", LAUNCHER, "--prepare-only"], {
    cwd: root,
    env: { ...process.env, ...environment },
    timeout: PREPARED_WITHIN_MS,
  });
}

async function openSessions(
  databaseUrl: string,
  secret: string,
  capabilities: readonly string[],
): Promise<Map<string, string>> {
  // The store of this process opens them, on the same database.
  await closeDatabase();
  process.env.DATABASE_URL = databaseUrl;
  const cookies = new Map<string, string>();
  for (const capability of capabilities) cookies.set(capability, await openOwnerSession(capability, secret));
  await closeDatabase();
  return cookies;
}

const setClock = (file: string, byMs: number) =>
  writeFile(file, `${byMs < 0 ? "-" : "+"}${Math.abs(byMs) / 1000}`);
