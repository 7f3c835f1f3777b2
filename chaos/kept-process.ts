import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { open } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { descendantsOf } from "@/demo/processes";

/** As a cluster's kubelet does it, only sooner. */
const RESTART_AFTER_MS = 1_000;
const STOP_WITHIN_MS = 15_000;

export type KeptCommand = {
  name: string;
  file: string;
  args: readonly string[];
  env: Record<string, string>;
  cwd?: string;
  logFile: string;
  /** The user that it runs as, where that isn't this process's. */
  user?: { uid?: number; gid?: number };
  /** What asks it to stop in an orderly way. */
  stopSignal?: NodeJS.Signals;
};

/** A process that is started again whenever it ends, until it is to end. */
export type KeptProcess = {
  name: string;
  /** Ends it with all that it started, as a crash, and leaves it so until start(). */
  kill(): Promise<void>;
  /** Asks it to stop, and leaves it so until start(). */
  halt(): Promise<void>;
  start(): void;
  /** Lets it and all that it started stand still, or go on. */
  setPaused(isPaused: boolean): Promise<void>;
  /** How often it ended by itself. */
  ownEnds(): number;
  end(): Promise<void>;
};

async function begin(command: KeptCommand): Promise<ChildProcess> {
  const log = await open(command.logFile, "a");
  const child = spawn(command.file, [...command.args], {
    cwd: command.cwd,
    env: { ...process.env, ...command.env },
    stdio: ["ignore", log.fd, log.fd],
    detached: true,
    ...command.user,
  });
  await log.close();
  return child;
}

/** Signals a process and all that it started. */
const signalTree = async (pid: number, signal: NodeJS.Signals) =>
  signalEach([pid, ...(await descendantsOf(pid))], signal);

function signalEach(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const each of pids) {
    try {
      process.kill(each, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error; // it ended meanwhile
    }
  }
}

/** @param isWantedNow false leaves the first start to start() */
export function startKeptProcess(command: KeptCommand, isWantedNow = true): KeptProcess {
  let isWanted = isWantedNow;
  let isOver = false;
  let ownEnds = 0;
  let pid: number | null = null;
  let wake = () => {};
  let gone: Promise<void> = Promise.resolve();

  async function runOnce(): Promise<void> {
    const child = await begin(command);
    pid = child.pid ?? null;
    if (!isWanted) child.kill("SIGKILL"); // asked for while its log was opened
    gone = once(child, "exit").then(
      () => {},
      () => {},
    );
    await gone;
    pid = null;
    if (isWanted && !isOver) ownEnds += 1;
  }

  async function keepRunning(): Promise<void> {
    while (!isOver) {
      if (isWanted) {
        await runOnce();
        await sleep(RESTART_AFTER_MS);
      } else
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
  }

  const signalAll = async (signal: NodeJS.Signals) => {
    if (pid !== null) await signalTree(pid, signal);
  };
  const kill = async () => {
    isWanted = false;
    await signalAll("SIGKILL");
    await gone;
  };
  const halt = async () => {
    isWanted = false;
    if (pid === null) return;
    const started = await descendantsOf(pid);
    process.kill(pid, command.stopSignal ?? "SIGTERM");
    const late = new AbortController();
    const isLate = sleep(STOP_WITHIN_MS, true, { signal: late.signal }).catch(() => false);
    if (await Promise.race([gone.then(() => false), isLate])) await kill();
    late.abort();
    signalEach(started, "SIGKILL"); // what it left behind
  };

  const running = keepRunning();
  return {
    name: command.name,
    kill,
    halt,
    start: () => {
      isWanted = true;
      wake();
    },
    setPaused: (isPaused) => signalAll(isPaused ? "SIGSTOP" : "SIGCONT"),
    ownEnds: () => ownEnds,
    end: async () => {
      isOver = true;
      await signalAll("SIGCONT");
      await halt();
      wake();
      await running;
    },
  };
}
