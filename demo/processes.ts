import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { open, readdir, readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { SetupError } from "../setup/progress.mjs";

const LAUNCHER = "server/launch.ts";
const READY_WITHIN_MS = 120_000;
const POLL_MS = 100;
const STOP_GRACE_MS = 4_000;

export type Process = {
  ended: Promise<string>;
  stop(): Promise<void>;
  /** Freezes the process with all that it started, or lets it go on. */
  setPaused(paused: boolean): Promise<void>;
  isPaused(): boolean;
  /** The launcher, what it launched, and what that started. */
  pids(): Promise<number[]>;
};

/** Why it isn't ready, in its own words, or null when it is. */
async function notReady(url: string): Promise<string | null> {
  try {
    const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2_000) });
    return response.ok
      ? null
      : `/readyz answers ${response.status}: ${(await response.text()).slice(0, 500)}`;
  } catch {
    return "nothing answers";
  }
}

export type ProcessOptions = {
  root: string;
  port: number;
  environment: Record<string, string>;
  logFile: string;
  signal: AbortSignal;
};

/**
 * Starts the built portal as `npm run start:web` does, on the loopback address.
 * @returns once it says that it is ready
 * @throws SetupError with the end of its log when it ends before or doesn't get ready
 */
export const startPortal = (options: ProcessOptions): Promise<Process> =>
  startProcess(options, "The portal", [
    LAUNCHER,
    "web",
    "--hostname",
    "127.0.0.1",
    "--port",
    String(options.port),
  ]);

/** Starts the worker as `npm run start:worker` does. @param options its port is WORKER_PORT @throws SetupError as startPortal() does */
export const startDemoWorker = (options: ProcessOptions): Promise<Process> =>
  startProcess(options, "The worker", [LAUNCHER, "worker"]);

/** What a process started, and what that did. `ps` knows it on every Unix; a Debian without it has /proc. */
export async function descendantsOf(pid: number): Promise<number[]> {
  const parents = await promisify(execFile)("ps", ["-A", "-o", "pid=,ppid="]).then(
    ({ stdout }) =>
      stdout
        .trim()
        .split("\n")
        .map((line) => line.trim().split(/\s+/).map(Number)),
    parentsFromProc,
  );
  const below = (parent: number): number[] =>
    parents.flatMap(([own = 0, its]) => (its === parent ? [own, ...below(own)] : []));
  return below(pid);
}

async function parentsFromProc(): Promise<number[][]> {
  const pids = (await readdir("/proc")).map(Number).filter(Number.isInteger);
  const stats = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/stat`, "utf8").catch(() => "")));
  // The name stands in brackets and may hold anything; the state and the parent come after it.
  return stats.map((stat, n) => [
    pids[n] ?? 0,
    Number(
      stat
        .slice(stat.lastIndexOf(")") + 1)
        .trim()
        .split(" ")[1],
    ),
  ]);
}

/**
 * Starts a process of a clone that answers /readyz, and waits until it is ready.
 * @param name as a reader knows it: "The portal"
 * @param command a TypeScript file of the clone, and its arguments
 * @throws SetupError with the end of its log when it ends before or doesn't get ready
 */
export async function startProcess(
  options: ProcessOptions,
  name: string,
  command: readonly string[],
): Promise<Process> {
  const { root, port, environment, logFile, signal } = options;
  const log = await open(logFile, "w");
  const child = spawn(process.execPath, ["--import", "tsx", ...command], {
    cwd: root,
    env: { ...process.env, ...environment, NODE_ENV: "production" },
    stdio: ["ignore", log.fd, log.fd],
    // Ctrl-C reaches the whole terminal group; the portal ends when its turn comes.
    detached: true,
  });
  const gone = once(child, "exit").then(
    async ([code, by]) => {
      const tail = (await readFile(logFile, "utf8").catch(() => "")).trim().split("\n").slice(-20).join("\n");
      return `${name} ended (${by ?? code}). The end of ${logFile}:\n${tail}`;
    },
    (error) => `${name} could not be started: ${error.message}`,
  );
  await log.close();

  const pids = async () => (child.pid === undefined ? [] : [child.pid, ...(await descendantsOf(child.pid))]);

  let isPaused = false;
  async function setPaused(paused: boolean): Promise<void> {
    isPaused = paused;
    for (const pid of await pids()) process.kill(pid, paused ? "SIGSTOP" : "SIGCONT");
  }

  async function stop(): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    if (isPaused) await setPaused(false);
    child.kill("SIGTERM");
    const force = setTimeout(() => child.kill("SIGKILL"), STOP_GRACE_MS);
    await gone;
    clearTimeout(force);
  }

  const url = `http://127.0.0.1:${port}`;
  const deadlineMs = Date.now() + READY_WITHIN_MS;
  const early = gone.then((sentence) => ({ sentence }));
  for (;;) {
    const outcome = await Promise.race([early, notReady(url)]);
    if (outcome === null) return { ended: gone, stop, setPaused, isPaused: () => isPaused, pids };
    if (typeof outcome === "object") throw new SetupError(outcome.sentence);
    if (signal.aborted || Date.now() > deadlineMs) {
      await stop();
      signal.throwIfAborted();
      throw new SetupError(
        `${name} isn't ready after ${READY_WITHIN_MS / 1000} s: ${outcome}\nIts log: ${logFile}`,
      );
    }
    await sleep(POLL_MS);
  }
}
