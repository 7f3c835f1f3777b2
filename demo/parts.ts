import { writeFile } from "node:fs/promises";
import path from "node:path";
import { startEmbeddedPostgres } from "@/server/embedded";
import type { Progress } from "../setup/progress.mjs";
import type { Calendar } from "./calendar/calendar";
import { startIdentity } from "./identity/start";
import { startMail } from "./mail/start";
import { startPlatform } from "./platform/start";
import type { PortName, ReservedPort } from "./ports";
import { type DeadMansSwitch, RESEND_SECONDS } from "./rehearsal/dead-mans-switch";
import { rehearsalRules } from "./rehearsal/start";
import { startRepository } from "./repository/start";
import type { DemoSecrets } from "./secrets";
import type { Services } from "./services";

/** What every part of the demo is started with. */
export type DemoContext = {
  root: string;
  dataDir: string;
  /** Adds what the walks need and the demo doesn't. */
  walks: boolean;
  progress: Progress;
  services: Services;
  ports: Record<PortName, ReservedPort>;
  secrets: DemoSecrets;
  portalUrl: string;
  /** Whether the identity provider answers with errors; the platform's control page switches it. */
  signInFault: { on: boolean };
};

/** The client as which the portal is known to the identity provider. */
export const OIDC_CLIENT_ID = "watchpost";

/** Starts PostgreSQL, unless DATABASE_URL names one. @returns the database's URL */
export function startDatabase({ dataDir, progress, services, ports }: DemoContext): Promise<string> {
  return progress.step("PostgreSQL", async (add) => {
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
    services.add({ name: "PostgreSQL", rank: 0, url: database.url, stop: database.stop });
    return database.url;
  });
}

export type SignInAndMail = {
  issuer: string;
  inbox: string;
  smtp: string;
  /** The mail relay: how its certificate is renewed, and the file of the authority that a sender has to trust. */
  relay: { renewCertificate(lastsMs?: number): Promise<void>; trusted: string };
};

/** Starts the identity provider, and the mail relay with its inbox. */
export function startSignInAndMail(context: DemoContext): Promise<SignInAndMail> {
  const { dataDir, walks, progress, services, ports, secrets, portalUrl, signInFault } = context;
  return progress.step("Sign-in and mail", async () => {
    await ports.identity.release();
    const identity = await startIdentity({
      port: ports.identity.port,
      portalUrl,
      clientId: OIDC_CLIENT_ID,
      clientSecret: secrets.oidcClientSecret,
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
      issuer: identity.issuer,
      inbox: mail.inboxUrl,
      smtp: mail.smtpUrl,
      relay: { renewCertificate: mail.renewCertificate, trusted },
    };
  });
}

/** Starts the operator's repository of issues. @returns where people read it, and where its API is */
export function startRepositoryPart({
  progress,
  services,
  ports,
}: DemoContext): Promise<{ repository: string; repositoryApi: string }> {
  return progress.step("The operator's repository", async () => {
    await ports.repository.release();
    const { stop, ...repository } = await startRepository({ port: ports.repository.port });
    services.add({ name: "The operator's repository", rank: 1, url: repository.repositoryUrl, stop });
    return { repository: repository.repositoryUrl, repositoryApi: repository.apiUrl };
  });
}

/** Starts the capabilities under traffic, their Prometheus with its history, and the control page. */
export function startPlatformPart(
  { root, dataDir, progress, services, ports, secrets, signInFault }: DemoContext,
  { calendar, alertmanager }: { calendar: () => Calendar | null } & Pick<DeadMansSwitch, "alertmanager">,
) {
  return progress.step("Three capabilities, and a Prometheus with seven days of history", async () => {
    const { stop, ...platform } = await startPlatform({
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
      calendar,
      watched: {
        targets: [ports.portal.port, ports.worker.port].map((port) => `127.0.0.1:${port}`),
        token: secrets.metricsToken,
        rules: await rehearsalRules(root),
        alertmanager,
        resendSeconds: RESEND_SECONDS,
      },
      report: (line: string) => progress.write(`      ${line}`),
    });
    services.add({ name: "Prometheus", rank: 2, url: platform.prometheusUrl, stop });
    services.add({ name: "The control page", rank: 2, url: platform.controlUrl, stop: async () => {} });
    return platform;
  });
}
