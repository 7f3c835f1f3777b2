import { fileURLToPath } from "node:url";
import { changesNothing } from "@/lib/definitions/plan";
import { printPlan } from "@/lib/definitions/print-plan";
import { formatProblem } from "@/lib/definitions/problem";
import { readDefinitions } from "@/lib/definitions/read-definitions";
import { definitionsStore } from "@/lib/definitions/store";
import { isDatabaseError } from "@/lib/infra/database-error";
import { databaseSentence } from "@/lib/infra/database-sentence";
import { EnvironmentError, parseEnvironment, tenantLabel } from "@/lib/infra/env";
import type { EmbeddedPostgres } from "./embedded";
import { EmbeddedPostgresError } from "./embedded-binaries";
import { type Launch, type Part, readLaunchArguments } from "./launch-arguments";
import { MigrationError, migrateDatabase } from "./migrate";
import { openDatabase } from "./open-database";
import { type Command, CommandError, runTogether } from "./run-together";
import { catchStopSignals } from "./stop-signals";
import { UsageError } from "./usage";
import { DatabaseUnusableError } from "./wait-for-database";

const HELP = `Prepares the database, and starts the portal, its worker or another command on it.

  node --import tsx server/launch.ts web [worker] | worker   the built portal, its worker, or both on one machine
      -H, --hostname ADDRESS     where the portal listens (0.0.0.0: on every address of the machine)
      -p, --port NUMBER          on which port (PORT, or 3000)
  node --import tsx server/launch.ts --prepare-only          nothing more
  node --import tsx server/launch.ts -- COMMAND [ARGUMENTS…]
  node --import tsx server/launch.ts --database-only -- COMMAND [ARGUMENTS…]
                                 for a command that needs no more than the database

Checks the environment, starts the embedded PostgreSQL where DATABASE_URL isn't set (its data in .data/postgres below
the current folder), waits up to 30 s for the database, migrates it, applies DEFINITIONS_DIR where it is set, and runs
what it was told with DATABASE_URL. SIGINT, SIGTERM and SIGHUP go on to it; the embedded database stops after it. Of web
and worker together, the end of one stops the other.

Exit code: the command's own, or of two at least 1; 0 when it was asked to stop; 1 when the start failed, with the reason
in one sentence.
`;

const scriptOf = (part: Part) => fileURLToPath(new URL(`${part}.sh`, import.meta.url));

/** The start can't go on; the message is for the operator. */
class StartError extends Error {
  override name = "StartError";
}

const EXPECTED = [
  StartError,
  CommandError,
  UsageError,
  EnvironmentError,
  EmbeddedPostgresError,
  MigrationError,
  DatabaseUnusableError,
];

const DATABASE_ENDED = "The embedded database has ended. Its log is in .data/postgres/log; start again.";

/** Whether the environment named a database; the launcher sets the variable itself for the embedded one. */
const isDatabaseGiven = Boolean(process.env.DATABASE_URL);

const report = (line: string) => process.stderr.write(`${line}\n`);

async function applyFolder(folder: string): Promise<void> {
  const read = await readDefinitions(folder, { tenantLabel: tenantLabel() });
  if (!read.ok) {
    const lines = read.problems.map(formatProblem).join("\n");
    throw new StartError(`The definitions in DEFINITIONS_DIR have problems.\n${lines}`);
  }
  try {
    const result = await definitionsStore.applyDefinitions(read.definitions, { report });
    if (!result.ok) {
      throw new StartError(`The definitions in DEFINITIONS_DIR were refused.\n${result.refusals.join("\n")}`);
    }
    if (!changesNothing(result.plan)) report(printPlan(result.plan, { dryRun: false }));
  } catch (error) {
    if (!isDatabaseError(error)) throw error;
    throw new StartError(databaseSentence(error));
  } finally {
    await definitionsStore.close();
  }
}

function commandsOf(run: Launch["run"]): Command[] {
  if (run.kind === "nothing") return [];
  if (run.kind === "command") {
    const [file, ...args] = run.words;
    return [{ file, args }];
  }
  const { hostname, port } = run;
  // Not the HOSTNAME of the shell, which is the machine's name and would be the only address to listen on.
  const address = { HOSTNAME: hostname, ...(port !== undefined && { PORT: port }) };
  return run.parts.map((part) => ({
    file: "sh",
    args: [scriptOf(part)],
    // Both end with this process, however this one ends: neither is left behind, on its port and without its database.
    tied: true,
    ...(part === "web" && { environment: address }),
  }));
}

/**
 * Ends a start that was asked to stop while it waits for a database, for the lock of schema migrations, or
 * works on it: what isn't committed is undone. An embedded database that was started for it is stopped first.
 */
async function endPreparing(opening: Promise<EmbeddedPostgres>): Promise<never> {
  if (!isDatabaseGiven)
    await opening.then(
      ({ stop }) => stop(),
      () => {},
    );
  process.exit(0);
}

async function launch({ databaseOnly, run }: Launch): Promise<number> {
  const signals = catchStopSignals();
  // Everything but the database first: a start that can't succeed shouldn't start a server for it.
  const unset = process.env.DATABASE_URL ? {} : { DATABASE_URL: "postgresql://embedded" };
  if (!databaseOnly) parseEnvironment({ ...process.env, ...unset });
  const folder = databaseOnly ? undefined : process.env.DEFINITIONS_DIR;

  const opening = openDatabase(report);
  signals.onSignal(() => void endPreparing(opening));
  const database = await opening;
  try {
    process.env.DATABASE_URL = database.url;
    const applied = await migrateDatabase(database.url, { report });
    if (applied.length > 0) report(`Migrated the database: ${applied.join(", ")}.`);
    if (folder) await applyFolder(folder);
    const commands = commandsOf(run);
    if (signals.first() || commands.length === 0) return 0;
    const lost = database.ended && { when: database.ended, report: () => report(DATABASE_ENDED) };
    return await runTogether(commands, signals, lost);
  } finally {
    await database.stop();
  }
}

try {
  const asked = readLaunchArguments(process.argv.slice(2));
  if (asked) process.exitCode = await launch(asked);
  else process.stdout.write(HELP);
} catch (error) {
  if (!EXPECTED.some((kind) => error instanceof kind)) throw error;
  report((error as Error).message);
  process.exitCode = 1;
}
