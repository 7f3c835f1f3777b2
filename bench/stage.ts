import { randomBytes } from "node:crypto";
import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { stringify } from "yaml";
import { type Process, startDemoWorker, startPortal } from "@/demo/processes";
import type { Bundle } from "@/lib/catalogue/bundle";
import { closeDatabase } from "@/lib/infra/db";
import { freePort } from "../server/free-port";
import { MAIL_FROM } from "../testing/outbox";
import { openOwnerSession } from "../testing/owner-session";
import { freshDatabase } from "../testing/postgres";
import { startPrometheus } from "../testing/prometheus";
import { type CountingProxy, startCountingProxy } from "./proxy";

export type BenchProcess = { url: string; metricsToken: string; process: Process };

/** Who is on a stage, and what Prometheus knows of them. */
export type Cast = {
  /** The folder's name, below e2e/results. */
  name: string;
  tenants: readonly string[];
  samples: Iterable<string>;
  /** Where it isn't the default one. */
  bundle?: Bundle;
  /** Of all processes. */
  settings?: Record<string, string>;
};

/** Everything that the parts measure, each portal started when a part first asks for it. */
export type BenchStage = {
  prometheusUrl: string;
  /** The portal as in production, with nothing between it and Prometheus: for times. */
  direct(): Promise<BenchProcess>;
  /** The same portal behind a proxy that counts its questions. */
  counted(): Promise<BenchProcess & { proxy: CountingProxy }>;
  /** The worker as in production. @param settings SMTP_URL, and whatever else is to be different */
  worker(settings: Record<string, string>): Promise<BenchProcess>;
  /** Opens a session of a tenant's owner. @returns the request's Cookie header */
  openSession(tenantId: string): Promise<string>;
};

type Stop = () => Promise<void>;

/**
 * Runs work on a stage, and clears it whatever happens.
 *
 * Sessions are opened without the provider: two hundred sign-ins would measure it and its rate limit.
 */
export async function onStage<T>(
  { root, signal }: { root: string; signal: AbortSignal },
  cast: Cast,
  work: (stage: BenchStage) => Promise<T>,
): Promise<T> {
  const stops: Stop[] = [];
  try {
    const folder = path.join(root, "e2e/results", cast.name);
    const definitions = path.join(folder, "definitions");
    await writeDefinitions(definitions, cast);
    const database = await freshDatabase();
    stops.push(() => database.drop());
    const prometheus = await startPrometheus({ openMetrics: cast.samples });
    stops.push(() => prometheus.stop());
    signal.throwIfAborted();

    const secret = randomBytes(32).toString("base64");
    // The store of this process opens the sessions, on the same database.
    await closeDatabase();
    process.env.DATABASE_URL = database.url;
    stops.push(closeDatabase);

    const metricsToken = randomBytes(24).toString("hex");
    const options = async (name: string) => ({
      root,
      port: await freePort(),
      logFile: path.join(folder, `${name}.log`),
      signal,
    });
    const environment = {
      DATABASE_URL: database.url,
      PROMETHEUS_URL: prometheus.url,
      OIDC_ISSUER: "http://127.0.0.1:9",
      OIDC_CLIENT_ID: "watchpost",
      OIDC_CLIENT_SECRET: secret,
      NEXTAUTH_URL: "http://127.0.0.1:9",
      NEXTAUTH_SECRET: secret,
      DEFINITIONS_DIR: definitions,
      METRICS_TOKEN: metricsToken,
      NEXT_TELEMETRY_DISABLED: "1",
      ...cast.settings,
    };
    const portal = async (name: string, prometheusUrl: string): Promise<BenchProcess> => {
      const own = await options(name);
      const url = `http://127.0.0.1:${own.port}`;
      const settings = { ...environment, PROMETHEUS_URL: prometheusUrl, NEXTAUTH_URL: url };
      const running = await startPortal({ ...own, environment: settings });
      stops.push(() => running.stop());
      return { url, metricsToken, process: running };
    };
    const worker = async (settings: Record<string, string>): Promise<BenchProcess> => {
      const own = await options("worker");
      const running = await startDemoWorker({
        ...own,
        environment: { ...environment, MAIL_FROM, WORKER_PORT: String(own.port), ...settings },
      });
      stops.push(() => running.stop());
      return { url: `http://127.0.0.1:${own.port}`, metricsToken, process: running };
    };
    const counted = async () => {
      const proxy = await startCountingProxy(prometheus.url);
      stops.push(() => proxy.stop());
      return { ...(await portal("counted", proxy.url)), proxy };
    };

    return await work({
      prometheusUrl: prometheus.url,
      direct: once(() => portal("direct", prometheus.url)),
      counted: once(counted),
      worker,
      openSession: (tenantId) => openOwnerSession(tenantId, secret),
    });
  } finally {
    for (const stop of stops.reverse()) await stop();
  }
}

function once<T>(start: () => Promise<T>): () => Promise<T> {
  let started: Promise<T> | undefined;
  return () => {
    started ??= start();
    return started;
  };
}

async function writeDefinitions(folder: string, cast: Cast): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const tenants = cast.tenants.map((id) => ({
    id,
    name: `Capability ${id}`,
    contactAddress: `owner@${id}.example`,
    timeZone: "Europe/Berlin",
    state: "live",
  }));
  await writeFile(path.join(folder, "tenants.yaml"), stringify({ tenants }));
  if (cast.bundle) await writeFile(path.join(folder, "bundle.yaml"), stringify(cast.bundle));
}
