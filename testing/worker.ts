import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { finished } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { MAIL_FROM, SECRET } from "./outbox";

const MAIN = fileURLToPath(new URL("../alerting/main.ts", import.meta.url));
export const METRICS_TOKEN = "a-token-for-metrics-1";

/** A whole environment for web and worker, except for what they talk to. */
export const PROCESS_SETTINGS = {
  NODE_ENV: "production",
  OIDC_ISSUER: "https://id.example",
  OIDC_CLIENT_ID: "watchpost",
  OIDC_CLIENT_SECRET: "x",
  NEXTAUTH_URL: "https://watchpost.example",
  NEXTAUTH_SECRET: SECRET,
  MAIL_FROM,
  METRICS_TOKEN,
  EVALUATION_INTERVAL_SECONDS: "5",
} as const;

export type WorkerProcess = {
  child: ChildProcess;
  /** Everything that it has written, its log included. */
  said(): string;
  /** How it ended, once all that it has written is in said(). */
  ended(): Promise<number | null>;
};

/**
 * Starts the real worker's process, or another that runs it.
 * @param settings DATABASE_URL, PROMETHEUS_URL and SMTP_URL, and whatever else is to be different
 * @param options.tied with a channel to this process, as the launcher's worker has one
 */
export function startWorkerProcess(
  settings: Record<string, string>,
  command: string[] = [MAIN],
  { tied = false } = {},
): WorkerProcess {
  const child = spawn(process.execPath, ["--import", "tsx", ...command], {
    env: { PATH: process.env.PATH, ...PROCESS_SETTINGS, ...settings },
    stdio: ["ignore", "pipe", "pipe", ...(tied ? (["ipc"] as const) : [])],
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (chunk) => {
      text += chunk;
    });
  const isRead = Promise.allSettled([child.stdout, child.stderr].map((stream) => stream && finished(stream)));
  return {
    child,
    said: () => text,
    ended: async () => {
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
      await isRead;
      return child.exitCode;
    },
  };
}

/** What its HTTP server answers, or null while it has none. */
export const askHttp = (port: number, path: string, headers: Record<string, string> = {}) =>
  fetch(`http://127.0.0.1:${port}${path}`, { headers }).then(
    async (response) => ({ status: response.status, text: await response.text() }),
    () => null,
  );
