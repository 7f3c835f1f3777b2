import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { startEmbeddedPostgres } from "@/server/embedded";
import { prepareBuild } from "../setup/prepare.mjs";
import type { Progress } from "../setup/progress.mjs";
import { Calendar } from "./calendar/calendar";
import { writeDefinitions } from "./definitions";
import { DEMO_PASSWORD, demoAccounts } from "./identity/accounts";
import { startIdentity } from "./identity/start";
import { startMail } from "./mail/start";
import { startPlatform } from "./platform/start";
import { reservePorts } from "./ports";
import { startDemoWorker, startPortal } from "./processes";
import { RESEND_SECONDS, startDeadMansSwitch } from "./rehearsal/dead-mans-switch";
import { rehearsalRoutes } from "./rehearsal/routes";
import { prepareRehearsals, rehearsalRules } from "./rehearsal/start";
import { startRepository } from "./repository/start";
import { loadSecrets } from "./secrets";
import { createServices, type Services } from "./services";

/** A demo is looked at for minutes: its alerts may not take as long as a real installation's. */
const EVALUATION_INTERVAL_SECONDS = 10;
const NOTICES_INTERVAL_SECONDS = 10;

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
  /** Told the portal's address once everything runs. */
  onReady(portalUrl: string): Promise<void>;
};

/** Starts every part, those that don't need each other at once. */
async function startAll(services: Services, options: Options): Promise<RunningDemo> {
  const { root, dataDir, walks, progress } = options;
  // The first part that fails ends the build, too, instead of leaving it to run on for nothing.
  const failed = new AbortController();
  const signal = AbortSignal.any([options.signal, failed.signal]);
  const ports = await reservePorts(process.env);
  const secrets = await loadSecrets(dataDir);
  const portalUrl = `http://127.0.0.1:${ports.portal.port}`;
  const signInFault = { on: false };
  let calendar: Calendar | null = null;
  const client = { clientId: "watchpost", clientSecret: secrets.oidcClientSecret };

  const deadMansSwitch = await startDeadMansSwitch();
  services.add({ name: "The dead-man's switch", rank: 1, ...deadMansSwitch });

  const parts = {
    build: prepareBuild(root, { progress, signal }),
    database: progress.step("PostgreSQL", async (add): Promise<string> => {
      await ports.database.release();
      const given = process.env.DATABASE_URL;
      if (given) {
        add("the one that DATABASE_URL names");
        return given;
      }
      const database = await startEmbeddedPostgres({
        dataDir: path.join(dataDir, "postgres"),
        port: ports.database.port,
      });
      services.add({ name: "PostgreSQL", rank: 0, ...database });
      return database.url;
    }),
    signIn: progress.step("Sign-in and mail", async () => {
      await ports.identity.release();
      const identity = await startIdentity({
        port: ports.identity.port,
        portalUrl,
        ...client,
        dataDir: path.join(dataDir, "identity"),
        walks,
        isDown: () => signInFault.on,
      });
      services.add({ name: "The identity provider", rank: 1, url: identity.issuer, stop: identity.stop });
      await Promise.all([ports.smtp.release(), ports.inbox.release()]);
      const mail = await startMail({
        smtpPort: ports.smtp.port,
        httpPort: ports.inbox.port,
        bouncePort: ports.bounces.port,
      });
      services.add({ name: "The mail relay", rank: 1, url: mail.smtpUrl, stop: mail.stop });
      const trusted = path.join(dataDir, "relay-authority.pem");
      await writeFile(trusted, mail.authority);
      return {
        urls: { issuer: identity.issuer, inbox: mail.inboxUrl, smtp: mail.smtpUrl },
        relay: { renewCertificate: mail.renewCertificate, trusted },
      };
    }),
    repository: progress.step("The operator's repository", async () => {
      await ports.repository.release();
      const { stop, ...repository } = await startRepository({ port: ports.repository.port });
      services.add({ name: "The operator's repository", rank: 1, url: repository.repositoryUrl, stop });
      return { repository: repository.repositoryUrl, repositoryApi: repository.apiUrl };
    }),
    platform: progress.step("Three capabilities, and a Prometheus with seven days of history", async () => {
      const platform = await startPlatform({
        dataDir: path.join(dataDir, "platform"),
        prometheusPort: ports.prometheus.port,
        controlPort: ports.control.port,
        releasePorts: async () => {
          await Promise.all([ports.prometheus.release(), ports.control.release()]);
        },
        signIn: {
          probeUrl: `http://127.0.0.1:${ports.identity.port}/.well-known/openid-configuration`,
          setDown: (down) => {
            signInFault.on = down;
          },
        },
        calendar: () => calendar,
        watched: {
          targets: [ports.portal.port, ports.worker.port].map((port) => `127.0.0.1:${port}`),
          token: secrets.metricsToken,
          rules: await rehearsalRules(root),
          alertmanager: deadMansSwitch.alertmanager,
          resendSeconds: RESEND_SECONDS,
        },
        report: (line: string) => progress.write(`      ${line}`),
      });
      services.add({ name: "Prometheus", rank: 2, url: platform.prometheusUrl, stop: platform.stop });
      services.add({ name: "The control page", rank: 2, url: platform.controlUrl, stop: async () => {} });
      return {
        prometheus: platform.prometheusUrl,
        control: platform.controlUrl,
        capabilityUrls: platform.capabilityUrls,
        addRoutes: platform.addRoutes,
      };
    }),
  };
  for (const part of Object.values(parts)) part.catch((error) => failed.abort(error));
  // Even after a failure the others are waited for: what they started must be known to be stopped.
  await Promise.allSettled(Object.values(parts));
  signal.throwIfAborted();
  const [database, { urls: signIn, relay }, repository, { capabilityUrls, addRoutes, ...platform }] =
    await Promise.all([parts.database, parts.signIn, parts.repository, parts.platform]);

  const environment = (definitionsDir: string) => ({
    DATABASE_URL: database,
    PROMETHEUS_URL: platform.prometheus,
    OIDC_ISSUER: signIn.issuer,
    OIDC_CLIENT_ID: client.clientId,
    OIDC_CLIENT_SECRET: client.clientSecret,
    NEXTAUTH_URL: portalUrl,
    NEXTAUTH_SECRET: secrets.nextAuthSecret,
    SMTP_URL: signIn.smtp,
    MAIL_FROM: "Watchpost <alerts@watchpost.example>",
    DEFINITIONS_DIR: definitionsDir,
    EVALUATION_INTERVAL_SECONDS: String(EVALUATION_INTERVAL_SECONDS),
    METRICS_TOKEN: secrets.metricsToken,
    NEXT_TELEMETRY_DISABLED: "1",
  });
  const portalEnvironment = await progress.step(
    "The portal and its worker, the database migrated and the definitions applied",
    async () => {
      const definitionsDir = await writeDefinitions({
        dataDir,
        capabilityUrls,
        repositoryUrl: repository.repository,
        walks,
      });
      calendar = new Calendar({ definitionsDir, databaseUrl: database });
      const rehearsals = await prepareRehearsals({
        databaseUrl: database,
        ownsDatabase: !process.env.DATABASE_URL,
        prometheusUrl: platform.prometheus,
        deadMansSwitch,
      });
      services.add({ name: "The rehearsals", rank: 4, url: platform.control, stop: rehearsals.stop });
      const forPortal = { ...environment(definitionsDir), PORT: String(ports.portal.port) };
      await ports.portal.release();
      const portal = await startPortal({
        root,
        port: ports.portal.port,
        logFile: path.join(dataDir, "portal.log"),
        signal,
        environment: { ...forPortal, PROMETHEUS_URL: rehearsals.portalPrometheusUrl },
      });
      services.add({ name: "The portal", rank: 3, url: portalUrl, ...portal });

      await Promise.all([ports.worker.release(), ports.bounces.release()]);
      const workerUrl = `http://127.0.0.1:${ports.worker.port}`;
      const worker = await startDemoWorker({
        root,
        port: ports.worker.port,
        logFile: path.join(dataDir, "worker.log"),
        signal,
        environment: {
          ...environment(definitionsDir),
          PROMETHEUS_URL: rehearsals.workerPrometheusUrl,
          NODE_EXTRA_CA_CERTS: relay.trusted,
          WORKER_PORT: String(ports.worker.port),
          BOUNCE_PORT: String(ports.bounces.port),
          GITHUB_API_URL: repository.repositoryApi,
          NOTICES_INTERVAL_SECONDS: String(NOTICES_INTERVAL_SECONDS),
        },
      });
      services.add({ name: "The worker", rank: 3, url: workerUrl, ...worker });
      const urls = { portalUrl, inboxUrl: signIn.inbox, controlUrl: platform.control };
      addRoutes(rehearsalRoutes(rehearsals.open({ ...urls, relay, portal, worker })));
      return forPortal;
    },
  );
  return {
    portal: portalUrl,
    ...signIn,
    ...repository,
    ...platform,
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
 * @returns the exit code: 0 when it was told to stop, 1 when a part failed
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
    // Moved into place whole: whoever waits for it never reads half of it.
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
