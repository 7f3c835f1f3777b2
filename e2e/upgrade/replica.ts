import { execFile } from "node:child_process";
import { mkdir, readFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import type { Process, ProcessOptions } from "@/demo/processes";
import { freePort } from "../../server/free-port";
import type { DefinitionsOfBuilds } from "./failing-platform";

/** Today's tree. */
export const ROOT = path.resolve(import.meta.dirname, "../..");
const LOGS = path.join(ROOT, "e2e/results/upgrade");

/** A replica, and what its log says. */
export type Replica = Process & { port: number; log(): Promise<LogLine[]> };
export type LogLine = { level: number; msg: string; time: string; outcome?: string };

/** What all builds are started with; the definitions are each build's own. */
export type BuildSettings = { environment: Record<string, string>; definitions: DefinitionsOfBuilds };

/**
 * Starts web or worker of one build, and waits until it is ready.
 * @param build its tree, and the name of its log
 * @param portVariable the setting that names its port
 */
export async function startReplica(
  begin: (options: ProcessOptions) => Promise<Process>,
  portVariable: "PORT" | "WORKER_PORT",
  { root, name }: { root: string; name: string },
  { environment, definitions }: BuildSettings,
): Promise<Replica> {
  await mkdir(LOGS, { recursive: true });
  const port = await freePort();
  const logFile = path.join(LOGS, `${name}.log`);
  const replica = await begin({
    root,
    port,
    logFile,
    environment: {
      ...environment,
      DEFINITIONS_DIR: root === ROOT ? definitions.todays : definitions.past,
      [portVariable]: String(port),
    },
    signal: new AbortController().signal,
  });
  return { ...replica, port, log: async () => linesOf(await readFile(logFile, "utf8")) };
}

/** Migrates by today's build and applies the definitions, as an init step does. @returns what it said */
export async function migrateByTodays(
  { environment, definitions }: BuildSettings,
  onLine: (text: string) => void,
): Promise<string> {
  const running = promisify(execFile)(
    process.execPath,
    ["--import", "tsx", "server/launch.ts", "--prepare-only"],
    { cwd: ROOT, env: { ...process.env, ...environment, DEFINITIONS_DIR: definitions.todays } },
  );
  running.child.stderr?.on("data", (chunk) => onLine(String(chunk)));
  return (await running).stderr;
}

/** The lines of a log that are the portal's own; the launcher and Next write words. */
function linesOf(text: string): LogLine[] {
  return text
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as LogLine);
}
