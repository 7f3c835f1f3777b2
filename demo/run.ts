import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { prepareBuild } from "../setup/prepare.mjs";
import type { Progress } from "../setup/progress.mjs";
import { Calendar } from "./calendar/calendar";
import { writeDefinitions } from "./definitions";
import { DEMO_PASSWORD, demoAccounts } from "./identity/accounts";
import {
  type DemoContext,
  startDatabase,
  startPlatformPart,
  startRepositoryPart,
  startSignInAndMail,
} from "./parts";
import { sharedEnvironment, startPortalPart, startWorkerPart } from "./portal";
import { reservePorts } from "./ports";
import { startDeadMansSwitch } from "./rehearsal/dead-mans-switch";
import { rehearsalRoutes } from "./rehearsal/routes";
import { prepareRehearsals } from "./rehearsal/start";
import { loadSecrets } from "./secrets";
import { createServices, type Services } from "./services";

/** Where everything of a running demo is, as written to running.json in its data directory. */
export type RunningDemo = {
  portal: string;
  issuer: string;
  inbox: string;
  smtp: string;
  control: string;
  /** The operator's repository: where its API is, and where people read it. */
  repositoryApi: string;
  repository: string;
  prometheus: string;
  database: string;
  metricsToken: string;
  /** What the portal was started with, so that a second one can be started beside it. */
  portalEnvironment: Record<string, string>;
};

type Options = {
  root: string;
  dataDir: string;
  /** Adds what the walks need and the demo doesn't. */
  walks: boolean;
  progress: Progress;
  signal: AbortSignal;
  /** Called with the portal's address once everything runs. */
  onReady(portalUrl: string): Promise<void>;
};

/** The part that fails first ends the others' work, instead of leaving it to run on for nothing. */
async function startParts(context: DemoContext, calendar: () => Calendar | null, stopping: AbortSignal) {
  const failed = new AbortController();
  const signal = AbortSignal.any([stopping, failed.signal]);
  const deadMansSwitch = await startDeadMansSwitch();
  context.services.add({ name: "The dead-man's switch", rank: 1, ...deadMansSwitch });
  const parts = [
    startDatabase(context),
    startSignInAndMail(context),
    startRepositoryPart(context),
    startPlatformPart(context, { calendar, alertmanager: deadMansSwitch.alertmanager }),
    prepareBuild(context.root, { progress: context.progress, signal }),
  ] as const;
  for (const part of parts) part.catch((error) => failed.abort(error));
  // Even after a failure the others are waited for: what they started must be known to be stopped.
  await Promise.allSettled(parts);
  signal.throwIfAborted();
  const [database, signInAndMail, repository, platform] = await Promise.all(parts);
  return { deadMansSwitch, database, signInAndMail, repository, platform };
}

type StartedParts = Awaited<ReturnType<typeof startParts>>;

/**
 * Starts web and worker on the parts, with the rehearsals of their runbooks.
 * @param onDefinitions called with the folder of this run's definitions before the portal starts
 * @returns what the portal was started with
 */
async function startOnParts(
  context: DemoContext,
  { deadMansSwitch, database, signInAndMail, repository, platform }: StartedParts,
  { signal, onDefinitions }: { signal: AbortSignal; onDefinitions(definitionsDir: string): void },
): Promise<Record<string, string>> {
  const { dataDir, walks, services, ports, portalUrl } = context;
  const { capabilityUrls, prometheusUrl, controlUrl } = platform;
  const { repository: repositoryUrl, repositoryApi } = repository;
  const definitionsDir = await writeDefinitions({ dataDir, capabilityUrls, repositoryUrl, walks });
  onDefinitions(definitionsDir);
  const rehearsals = await prepareRehearsals({
    databaseUrl: database,
    ownsDatabase: !process.env.DATABASE_URL,
    prometheusUrl,
    deadMansSwitch,
  });
  services.add({ name: "The rehearsals", rank: 4, url: controlUrl, stop: rehearsals.stop });

  const { issuer, smtp, inbox: inboxUrl, relay } = signInAndMail;
  const environment = sharedEnvironment(context, { database, issuer, smtp, definitionsDir });
  const forPortal = { ...environment, PROMETHEUS_URL: prometheusUrl, PORT: String(ports.portal.port) };
  const portal = await startPortalPart(
    context,
    { ...forPortal, PROMETHEUS_URL: rehearsals.portalPrometheusUrl },
    signal,
  );
  const forWorker = {
    ...environment,
    PROMETHEUS_URL: rehearsals.workerPrometheusUrl,
    NODE_EXTRA_CA_CERTS: relay.trusted,
    GITHUB_API_URL: repositoryApi,
  };
  const worker = await startWorkerPart(context, forWorker, signal);
  const desk = rehearsals.open({ portalUrl, inboxUrl, controlUrl, relay, portal, worker });
  platform.addRoutes(rehearsalRoutes(desk));
  return forPortal;
}

/** Starts every part, those that don't need each other at once, and then the portal. */
async function startAll(
  services: Services,
  { root, dataDir, walks, progress, signal }: Options,
): Promise<RunningDemo> {
  const ports = await reservePorts(process.env);
  const secrets = await loadSecrets(dataDir);
  const portalUrl = `http://127.0.0.1:${ports.portal.port}`;
  const signInFault = { on: false };
  const context = { root, dataDir, walks, progress, services, ports, secrets, portalUrl, signInFault };
  let calendar: Calendar | null = null;

  const parts = await startParts(context, () => calendar, signal);
  const { database, repository, platform } = parts;
  const { relay: _, ...signIn } = parts.signInAndMail;
  const portalEnvironment = await progress.step(
    "The portal and its worker, the database migrated and the definitions applied",
    () =>
      startOnParts(context, parts, {
        signal,
        onDefinitions: (definitionsDir) => {
          calendar = new Calendar({ definitionsDir, databaseUrl: database });
        },
      }),
  );
  return {
    portal: portalUrl,
    ...signIn,
    ...repository,
    prometheus: platform.prometheusUrl,
    control: platform.controlUrl,
    database,
    metricsToken: secrets.metricsToken,
    portalEnvironment,
  };
}

function announce(demo: RunningDemo): string {
  const accounts = demoAccounts(false);
  const width = Math.max(...accounts.map(({ email }) => email.length));
  return [
    "",
    `Watchpost runs at ${demo.portal}`,
    "",
    `Sign in with the password ${DEMO_PASSWORD} as one of`,
    ...accounts.map(({ email, purpose }) => `  ${email.padEnd(width)}  ${purpose}`),
    "",
    `Switch faults on and off:  ${demo.control}`,
    `Walk through an eviction:  ${demo.control}/#calendar`,
    `Rehearse the runbooks:     ${demo.control}/rehearsal`,
    `Mails that were sent:      ${demo.inbox}`,
    `The operator's issues:     ${demo.repository}`,
    `Prometheus:                ${demo.prometheus}`,
    "",
    "Ctrl-C stops everything.",
  ].join("\n");
}

const untilAborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });

/**
 * Runs the whole demo until the signal says to stop, or a part of it ends.
 * @returns the exit code: 0 when it was asked to stop, 1 when a part failed
 * @throws what a part threw at start; everything that had started is stopped by then
 */
export async function runDemo(options: Options): Promise<number> {
  const { dataDir, progress, signal } = options;
  const services = createServices();
  const watching = new AbortController();
  const announcement = path.join(dataDir, "running.json");
  await mkdir(dataDir, { recursive: true });
  try {
    const demo = await startAll(services, options);
    // Moved into place whole: a reader that waits for it never reads half of it.
    await writeFile(`${announcement}.new`, JSON.stringify(demo), { mode: 0o600 });
    await rename(`${announcement}.new`, announcement);
    await options.onReady(demo.portal);
    progress.write(announce(demo));
    const death = await Promise.race([services.firstDeath(watching.signal), untilAborted(signal)]);
    if (typeof death !== "string") return 0;
    progress.write(`\n${death}\nThe demo stops.`);
    return 1;
  } finally {
    watching.abort();
    await rm(announcement, { force: true });
    await services.stopAll();
  }
}
