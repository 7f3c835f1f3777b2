import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { endProcess } from "../spawn";

/** A limit that only a hang reaches: on an idle machine it takes half a second. */
const READY_WITHIN_MS = 60_000;

export type RunningPrometheus = { url: string; pid: number; stop(): Promise<void> };

/**
 * Starts a real Prometheus on the loopback address and waits until it answers queries.
 * @throws Error with the end of its log when it doesn't come up
 */
export async function runPrometheus(options: {
  program: string;
  configFile: string;
  tsdbDir: string;
  port: number;
  logFile: string;
  /** How often it sends an alert that goes on, in seconds; once a minute unless given. */
  resendSeconds?: number;
}): Promise<RunningPrometheus> {
  const log = openSync(options.logFile, "w");
  const child = spawn(
    options.program,
    [
      `--config.file=${options.configFile}`,
      `--storage.tsdb.path=${options.tsdbDir}`,
      "--storage.tsdb.retention.time=31d",
      `--web.listen-address=127.0.0.1:${options.port}`,
      "--log.level=warn",
      ...(options.resendSeconds ? [`--rules.alert.resend-delay=${options.resendSeconds}s`] : []),
    ],
    { stdio: ["ignore", log, log] },
  );
  closeSync(log);
  let ended = false;
  child.once("error", () => {
    ended = true;
  });
  child.once("exit", () => {
    ended = true;
  });
  const url = `http://127.0.0.1:${options.port}`;
  const untilMs = Date.now() + READY_WITHIN_MS;
  while (!ended && Date.now() < untilMs) {
    if (await isReady(url)) return { url, pid: child.pid ?? 0, stop: () => endProcess(child, 10_000) };
    await wait(100);
  }
  await endProcess(child, 1_000);
  const lines = readFileSync(options.logFile, "utf8").trim().split("\n");
  throw new Error(`Prometheus did not start on ${url}. Its last words: ${lines.slice(-3).join(" / ")}`);
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/-/ready`, { signal: AbortSignal.timeout(2_000) })).ok;
  } catch {
    return false;
  }
}
