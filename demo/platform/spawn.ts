import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/**
 * Starts a TypeScript file of this folder as a process of its own, with a private message channel. Each such process ends
 * itself when the channel closes, so that none outlives the demo, however that ends.
 * @param file path from this folder
 * @param logFile where its output goes
 */
export function spawnScript(
  file: string,
  options: { args?: string[]; env?: Record<string, string>; logFile: string },
): ChildProcess {
  const log = openSync(options.logFile, "a");
  const child = spawn(
    process.execPath,
    ["--import", "tsx", fileURLToPath(new URL(file, import.meta.url)), ...(options.args ?? [])],
    {
      cwd: ROOT,
      env: { ...passedOn(process.env), ...options.env },
      stdio: ["ignore", log, log, "ipc"],
    },
  );
  closeSync(log);
  return child;
}

/** A child knows where programs and temporary files are, and nothing of the portal's secrets. */
function passedOn({ PATH, TMPDIR, HOME, NODE_ENV }: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { PATH, TMPDIR, HOME, NODE_ENV };
}

/** Ends a process that this one started, politely, then by force; resolves when it is gone. */
export async function endProcess(child: ChildProcess, graceMs = 3_000): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  child.kill("SIGTERM");
  const force = setTimeout(() => child.kill("SIGKILL"), graceMs);
  await gone;
  clearTimeout(force);
}
