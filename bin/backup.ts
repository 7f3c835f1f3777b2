import { EnvironmentError } from "@/lib/infra/env";
import { backUpInto, restoreFrom } from "@/prisma/backup/commands";
import { BackupError } from "@/prisma/backup/format";
import { EmbeddedPostgresError } from "@/server/embedded-binaries";
import { MigrationError } from "@/server/migrate";
import { EMBEDDED_FOLDER } from "@/server/open-database";
import { readUsage, UsageError } from "@/server/usage";
import { DatabaseUnusableError } from "@/server/wait-for-database";

const HELP = `Keeps and brings back the one state of the portal: its database.

  npm run backup -- FILE     write all of it into a new FILE (gzipped SQL), while web and worker go on, and check it: restore it
                             into a schema of its own, count the rows, and undo that
  npm run restore -- FILE    load it into an empty database, in one transaction, and migrate it forward

The database comes from DATABASE_URL (default: the embedded one in ${EMBEDDED_FOLDER}). No program of PostgreSQL's is needed.
For a database that isn't embedded, pg_dump of the server's own version is the better backup.
Restore before the portal's first start on the database. After it everybody signs in again, and mails that were waiting when the
backup was made are sent: at least once, under the same Message-ID. See docs/operating.md.

Exit codes: 0 done · 1 refused or failed, and nothing was changed · 2 wrong usage
`;

/** What can be expected to go wrong; each says so in one sentence. */
const EXPECTED = [
  BackupError,
  MigrationError,
  DatabaseUnusableError,
  EmbeddedPostgresError,
  EnvironmentError,
];

const complain = (line: string) => process.stderr.write(`${line}\n`);

function readArguments(args: string[]): { command: "backup" | "restore"; file: string } | null {
  const options = { help: { type: "boolean", short: "h", default: false } } as const;
  const { values, positionals } = readUsage({ args, allowPositionals: true, options });
  const [command, file, ...rest] = positionals;
  if (values.help) return null;
  if (command !== "backup" && command !== "restore") throw new UsageError("Say backup or restore.");
  if (!file || rest.length > 0) throw new UsageError(`${command} takes one file.`);
  return { command, file };
}

async function main(args: string[]): Promise<number> {
  const asked = readArguments(args);
  if (!asked) {
    process.stdout.write(HELP);
    return 0;
  }
  const work = asked.command === "backup" ? backUpInto : restoreFrom;
  for (const line of await work(asked.file, complain)) process.stdout.write(`${line}\n`);
  return 0;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const isUsage = error instanceof UsageError;
  if (!isUsage && !EXPECTED.some((kind) => error instanceof kind)) throw error;
  complain((error as Error).message);
  if (isUsage) complain("npm run backup -- --help says how it is used.");
  process.exitCode = isUsage ? 2 : 1;
}
