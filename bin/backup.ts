import { access, stat } from "node:fs/promises";
import { parseArgs } from "node:util";
import { databaseUrl, EnvironmentError } from "@/lib/infra/env";
import { BackupError } from "@/prisma/backup/format";
import { restoreBackup } from "@/prisma/backup/restore-backup";
import { writeBackup } from "@/prisma/backup/write-backup";
import { EmbeddedPostgresError } from "@/server/embedded-binaries";
import { MigrationError } from "@/server/migrate";
import { EMBEDDED_FOLDER, openDatabase } from "@/server/open-database";
import { DatabaseUnusableError } from "@/server/wait-for-database";

const HELP = `Keeps and brings back the one state of the portal: its database.

  npm run backup -- FILE     write all of it into a new FILE (gzipped SQL), while web and worker go on
  npm run restore -- FILE    load it into an empty database, in one transaction, and migrate it forward

The database comes from DATABASE_URL (default: the embedded one in ${EMBEDDED_FOLDER}). No program of PostgreSQL's is needed.
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

class UsageError extends Error {
  override name = "UsageError";
}

const say = (line: string) => process.stdout.write(`${line}\n`);
const complain = (line: string) => process.stderr.write(`${line}\n`);

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return false;
    throw new BackupError(`${path} can't be reached (${code}).`, { cause: error });
  }
}

function readArguments(args: string[]): { command: "backup" | "restore"; file: string } | null {
  let parsed: { values: { help: boolean }; positionals: string[] };
  try {
    const options = { help: { type: "boolean", short: "h", default: false } } as const;
    parsed = parseArgs({ args, allowPositionals: true, options });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
  const [command, file, ...rest] = parsed.positionals;
  if (parsed.values.help) return null;
  if (command !== "backup" && command !== "restore") throw new UsageError("Say backup or restore.");
  if (!file || rest.length > 0) throw new UsageError(`${command} takes one file.`);
  return { command, file };
}

/** "1 tenant", "3 tenants". */
const count = (many: number | undefined, one: string, more = `${one}s`) =>
  `${many ?? 0} ${many === 1 ? one : more}`;
const contents = (rows: Record<string, number>) =>
  [
    count(rows.tenant, "tenant"),
    count(rows.threshold_edit, "threshold edit"),
    count(rows.episode, "alert"),
    count(rows.mail, "mail"),
  ].join(", ");

async function backup(url: string, file: string): Promise<void> {
  const { madeAt, rows } = await writeBackup(url, file);
  const { size } = await stat(file);
  say(`Wrote ${file} (${Math.ceil(size / 1024)} KiB) as of ${madeAt}: ${contents(rows)}.`);
}

async function restore(url: string, file: string): Promise<void> {
  const { madeAt, rows, sentAgain, givenUp, migrated } = await restoreBackup(url, file);
  say(`Restored ${file} as of ${madeAt}: ${contents(rows)}.`);
  if (migrated.length > 0) say(`Migrated the database: ${migrated.join(", ")}.`);
  if (sentAgain > 0)
    say(
      `${count(sentAgain, "mail was", "mails were")} waiting then and will be sent. What left since arrives once more, under the same Message-ID.`,
    );
  if (givenUp > 0)
    say(`${count(givenUp, "mail is", "mails are")} past the 72 hours of retries and count as not received.`);
  say("Everybody has to sign in again.");
}

async function main(args: string[]): Promise<number> {
  const asked = readArguments(args);
  if (!asked) {
    process.stdout.write(HELP);
    return 0;
  }
  const { command, file } = asked;
  if (process.env.DATABASE_URL) databaseUrl();
  else if (command === "backup" && !(await exists(EMBEDDED_FOLDER)))
    throw new BackupError(
      `DATABASE_URL is not set, and there is no embedded database in ${EMBEDDED_FOLDER}.`,
    );
  if (command === "backup" && (await exists(file)))
    throw new BackupError(`${file} exists already: a backup never writes over another one.`);
  if (command === "restore" && !(await exists(file))) throw new BackupError(`There is no file ${file}.`);
  const database = await openDatabase(complain);
  try {
    await (command === "backup" ? backup : restore)(database.url, file);
    return 0;
  } finally {
    await database.stop();
  }
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
