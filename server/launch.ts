import { spawn } from "node:child_process";
import { constants } from "node:os";
import { delimiter } from "node:path";
import { fileURLToPath } from "node:url";
import { changesNothing } from "@/lib/definitions/plan";
import { printPlan } from "@/lib/definitions/print-plan";
import { formatProblem } from "@/lib/definitions/problem";
import { readDefinitions } from "@/lib/definitions/read-definitions";
import { applyDefinitions, closeDefinitionsStore } from "@/lib/definitions/store";
import { EnvironmentError, parseEnvironment, tenantLabel } from "@/lib/infra/env";
import { EmbeddedPostgresError } from "./embedded-binaries";
import { MigrationError, migrateDatabase } from "./migrate";
import { openDatabase } from "./open-database";
import { DatabaseUnusableError } from "./wait-for-database";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
/** A terminal's Ctrl-C reaches us directly, through npm and through tsx: one key, several signals within moments. */
const SAME_KEY_MS = 500;
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
type StopSignal = (typeof SIGNALS)[number];

const HELP = `Prepares the database and runs a command with it.

  tsx server/launch.ts [--database-only] COMMAND [ARGUMENTS…]

Checks the environment, starts the embedded PostgreSQL where DATABASE_URL isn't set (its data in .data/postgres below
the current folder),
waits up to 30 s for the database, migrates it, applies DEFINITIONS_DIR where it is set, and runs COMMAND with
DATABASE_URL. SIGINT, SIGTERM and SIGHUP go on to the command; the embedded database stops after it.

  --database-only    for a command that needs no more than the database

Exit code: the command's own; 0 when it was asked to stop; 1 when the start failed, with the reason in one sentence.
`;

/** The start can't go on; the message is for the operator. */
class StartError extends Error {
  override name = "StartError";
}

const EXPECTED = [StartError, EnvironmentError, EmbeddedPostgresError, MigrationError, DatabaseUnusableError];

const report = (line: string) => process.stderr.write(`${line}\n`);

/** The first stop signal. Later ones are the child's affair, once it runs. */
const stopping = { signal: undefined as StopSignal | undefined, forward: (_signal: StopSignal) => {} };

function listenForSignals(): void {
  let lastAtMs = Number.NEGATIVE_INFINITY;
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      const nowMs = performance.now();
      if (nowMs - lastAtMs < SAME_KEY_MS) return;
      lastAtMs = nowMs;
      stopping.signal ??= signal;
      stopping.forward(signal);
    });
  }
}

async function applyFolder(folder: string): Promise<void> {
  const read = await readDefinitions(folder, { tenantLabel: tenantLabel() });
  if (!read.ok) {
    const lines = read.problems.map(formatProblem).join("\n");
    throw new StartError(`The definitions in DEFINITIONS_DIR have problems.\n${lines}`);
  }
  try {
    const result = await applyDefinitions(read.definitions);
    if (!result.ok) {
      throw new StartError(`The definitions in DEFINITIONS_DIR were refused.\n${result.refusals.join("\n")}`);
    }
    if (!changesNothing(result.plan)) report(printPlan(result.plan, { dryRun: false }));
  } finally {
    await closeDefinitionsStore();
  }
}

/** Runs the command to its end. In a group of its own, so that it gets each signal once, from here. */
function runCommand([file = "", ...args]: string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const path = [`${ROOT}node_modules/.bin`, process.env.PATH].filter(Boolean).join(delimiter);
    const child = spawn(file, args, {
      stdio: "inherit",
      // Each thread's own arena of glibc keeps what it was given; with one for all less is kept.
      env: { MALLOC_ARENA_MAX: "1", ...process.env, PATH: path },
      detached: process.platform !== "win32",
    });
    stopping.forward = (signal) => child.kill(signal);
    child.on("error", (error) =>
      reject(new StartError(`The command ${file} can't be run: ${error.message}.`)),
    );
    child.on("exit", (code, signal) => {
      if (stopping.signal) resolve(0);
      else resolve(code ?? 128 + (signal ? constants.signals[signal] : 0));
    });
  });
}

async function launch(args: string[]): Promise<number> {
  const databaseOnly = args[0] === "--database-only";
  const command = databaseOnly ? args.slice(1) : args;
  if (command.length === 0 || command[0] === "--help") {
    process.stdout.write(HELP);
    return command.length === 0 ? 1 : 0;
  }
  listenForSignals();
  // Everything but the database first: a start that can't succeed shouldn't start a server for it.
  const unset = process.env.DATABASE_URL ? {} : { DATABASE_URL: "postgresql://embedded" };
  if (!databaseOnly) parseEnvironment({ ...process.env, ...unset });
  const folder = databaseOnly ? undefined : process.env.DEFINITIONS_DIR;

  const database = await openDatabase(report);
  try {
    process.env.DATABASE_URL = database.url;
    const applied = await migrateDatabase(database.url, { report });
    if (applied.length > 0) report(`Migrated the database: ${applied.join(", ")}.`);
    if (folder) await applyFolder(folder);
    return stopping.signal ? 0 : await runCommand(command);
  } finally {
    await database.stop();
  }
}

try {
  process.exitCode = await launch(process.argv.slice(2));
} catch (error) {
  if (!EXPECTED.some((kind) => error instanceof kind)) throw error;
  report((error as Error).message);
  process.exitCode = 1;
}
