import { type ChildProcess, spawn } from "node:child_process";
import { constants } from "node:os";
import { delimiter, dirname } from "node:path";
import { fileURLToPath } from "node:url";
import type { StopSignals } from "./stop-signals";

const BIN = fileURLToPath(new URL("../node_modules/.bin", import.meta.url));

/** A command can't be run. One sentence. */
export class CommandError extends Error {
  override name = "CommandError";
}

export type Command = {
  file: string;
  args: readonly string[];
  /** What it has beside this process's environment. */
  environment?: Record<string, string>;
  /** Whether it has a channel to this process, by which it notices this one's end, also after a SIGKILL. */
  tied?: boolean;
};

/**
 * Runs commands side by side to their end. When one ends, the others are stopped. Each is in a process group
 * of its own, so that it gets a stop signal once, from here. `node` is the Node of this process.
 * @param lost when what they stand on is gone: then it is reported, and they are stopped and have failed
 * @returns 0 when they were asked to stop; else the code of the only command, 128 and more where a signal
 * ended it; with several commands the highest code, and at least 1
 * @throws CommandError when one can't be run
 */
export async function runTogether(
  commands: readonly Command[],
  signals: StopSignals,
  lost?: { when: Promise<void>; report(): void },
): Promise<number> {
  const children = commands.map(start);
  const stopAll = (signal: NodeJS.Signals) => {
    for (const child of children) child.kill(signal);
  };
  signals.onSignal(stopAll);
  let isLost = false;
  let areRunning = true;
  lost?.when.then(() => {
    if (!areRunning) return;
    isLost = true;
    lost.report();
    stopAll("SIGTERM");
  });
  const ends = await Promise.allSettled(
    children.map((child, nth) => ended(child, commands[nth]?.file ?? "").finally(() => stopAll("SIGTERM"))),
  );
  areRunning = false;
  const outcomes = ends.map((end) => {
    if (end.status === "rejected") throw end.reason;
    return end.value;
  });
  if (signals.first()) return 0;
  if (isLost) return 1;
  const [only, ...others] = outcomes;
  if (only && others.length === 0)
    return only.code ?? 128 + (only.signal ? constants.signals[only.signal] : 0);
  return Math.max(1, ...outcomes.map(({ code }) => code ?? 1));
}

function start({ file, args, environment, tied }: Command): ChildProcess {
  const path = [BIN, dirname(process.execPath), process.env.PATH].filter(Boolean).join(delimiter);
  return spawn(file, args, {
    stdio: ["inherit", "inherit", "inherit", ...(tied ? (["ipc"] as const) : [])],
    env: { NEXT_TELEMETRY_DISABLED: "1", ...process.env, ...environment, PATH: path },
    detached: process.platform !== "win32",
  });
}

/** How a command ended: by itself with a code, or by a signal. */
type End = { code: number | null; signal: NodeJS.Signals | null };

function ended(child: ChildProcess, file: string): Promise<End> {
  return new Promise((resolve, reject) => {
    child.once("error", (error) =>
      reject(new CommandError(`The command ${file} can't be run: ${error.message}.`)),
    );
    child.once("exit", (code, signal) => resolve({ code, signal }));
  });
}
