import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/**
 * Runs a command again below the launcher, which starts the embedded database or finds it running, and sets
 * DATABASE_URL.
 * @param main the command's file, as a file URL
 * @returns its exit code; null where it was ended by a signal
 */
export function onEmbeddedDatabase(main: string, args: readonly string[]): number | null {
  const tsx = [process.execPath, "--import", "tsx"];
  const [file = "", ...rest] = [
    ...tsx,
    `${ROOT}server/launch.ts`,
    "--database-only",
    "--",
    ...tsx,
    fileURLToPath(main),
    ...args,
  ];
  const { status, error } = spawnSync(file, rest, { stdio: "inherit" });
  if (error) throw error;
  return status;
}
