import { existsSync, readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { z } from "zod";

/** The platform's part of the demo's data: below DEMO_DATA_DIR, or below .data/demo of the working directory. */
export function platformDir(environment: NodeJS.ProcessEnv): string {
  return resolve(environment.DEMO_DATA_DIR || ".data/demo", "platform");
}

const controlFileSchema = z.object({ url: z.url(), pid: z.int(), prometheusPid: z.int() });
export type ControlFile = z.infer<typeof controlFileSchema>;

/** Where the running demo of a data folder is controlled, or null when none runs there. */
export function readControlFile(dataDir: string): ControlFile | null {
  const file = join(dataDir, "control.json");
  if (!existsSync(file)) return null;
  try {
    return controlFileSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return null;
  }
}

/**
 * Makes sure that nobody else uses the folder. After a crash or a kill -9 Prometheus still runs, since nothing stopped it; it is
 * ended here, if it is still the one that served this folder.
 * @throws Error when another demo runs with this folder
 */
export async function claimDataDir(dataDir: string): Promise<void> {
  const control = readControlFile(dataDir);
  if (!control) return;
  if (control.pid !== process.pid && isAlive(control.pid) && (await answers(control.url))) {
    throw new Error(
      `The demo's platform already runs with the folder ${dataDir} (process ${control.pid}). Stop it first, or name another folder.`,
    );
  }
  if (commandLine(control.prometheusPid).includes(join(dataDir, "tsdb"))) {
    process.kill(control.prometheusPid, "SIGKILL");
  }
  rmSync(join(dataDir, "control.json"), { force: true });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Empty where the process is gone, or where there is no /proc: then nothing is ended. */
function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/api/state`, { signal: AbortSignal.timeout(2_000) })).ok;
  } catch {
    return false;
  }
}
