import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const ANSWER_WITHIN_MS = 60_000;

/** The operator's definitions of a running demo, and the database that they are applied to. */
export type AppliedPlace = { definitionsDir: string; databaseUrl: string };

/**
 * Runs the operator's command on a running demo's database.
 * @throws Error with what the command said, when it doesn't end with 0
 */
export async function definitionsCommand(words: readonly string[], databaseUrl: string): Promise<void> {
  await promisify(execFile)(process.execPath, ["--import", "tsx", "bin/definitions.ts", ...words], {
    cwd: ROOT,
    env: { ...process.env, DATABASE_URL: databaseUrl },
    timeout: ANSWER_WITHIN_MS,
  }).catch((error: Error & { stderr?: string }) => {
    throw new Error(error.stderr?.trim() || error.message);
  });
}

/**
 * Applies the definitions of a running demo by the operator's own command.
 * @param said further words of that command, such as --delete and a tenant's id
 * @throws Error with what the command said, when it refuses
 */
export async function applyByCommand(
  { definitionsDir, databaseUrl }: AppliedPlace,
  said: readonly string[] = [],
): Promise<void> {
  await definitionsCommand(["apply", definitionsDir, ...said], databaseUrl).catch((error: Error) => {
    throw new Error(`The definitions could not be applied. ${error.message}`);
  });
}
