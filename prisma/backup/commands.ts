import { access, stat } from "node:fs/promises";
import { databaseUrl } from "@/lib/infra/env";
import { EMBEDDED_FOLDER, openDatabase } from "@/server/open-database";
import { checkBackup } from "./check-backup";
import { BackupError } from "./format";
import { restoreBackup } from "./restore-backup";
import { writeBackup } from "./write-backup";

const RECOMMEND_PG_DUMP =
  "For a database that isn't embedded, pg_dump of its own version is the better backup: see Backup in docs/operating.md.";

type Report = (line: string) => void;

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

/** Works on the database that DATABASE_URL names, or on the embedded one. */
async function onDatabase(report: Report, work: (url: string) => Promise<string[]>): Promise<string[]> {
  const database = await openDatabase(report);
  try {
    return await work(database.url);
  } finally {
    await database.stop();
  }
}

/**
 * Writes the whole database into a new file.
 * @param report called with what the start of the embedded database says
 * @returns what was written and whether it can be restored, in sentences
 * @throws BackupError when the file exists already, there is no database, or what was written can't be restored
 */
export async function backUpInto(file: string, report: Report): Promise<string[]> {
  if (process.env.DATABASE_URL) databaseUrl();
  else if (!(await exists(EMBEDDED_FOLDER)))
    throw new BackupError(
      `DATABASE_URL is not set, and there is no embedded database in ${EMBEDDED_FOLDER}.`,
    );
  if (await exists(file))
    throw new BackupError(`${file} exists already: a backup never writes over another one.`);
  return onDatabase(report, async (url) => {
    const { madeAt, rows } = await writeBackup(url, file);
    const { size } = await stat(file);
    const unchecked = await checkBackup(url, file);
    return [
      `Wrote ${file} (${Math.ceil(size / 1024)} KiB) as of ${madeAt}: ${contents(rows)}.`,
      unchecked ?? "Checked: it can be restored, and holds every row that it says.",
      ...(process.env.DATABASE_URL ? [RECOMMEND_PG_DUMP] : []),
    ];
  });
}

/**
 * Loads a backup into an empty database and migrates it forward.
 * @param report called with what the start of the embedded database says
 * @returns what was restored and what follows from it, in sentences
 * @throws BackupError when there is no such file, or it can't be restored
 */
export async function restoreFrom(file: string, report: Report): Promise<string[]> {
  if (process.env.DATABASE_URL) databaseUrl();
  if (!(await exists(file))) throw new BackupError(`There is no file ${file}.`);
  return onDatabase(report, async (url) => {
    const { madeAt, rows, sentAgain, givenUp, migrated } = await restoreBackup(url, file);
    const lines = [`Restored ${file} as of ${madeAt}: ${contents(rows)}.`];
    if (migrated.length > 0) lines.push(`Migrated the database: ${migrated.join(", ")}.`);
    if (sentAgain > 0)
      lines.push(
        `${count(sentAgain, "mail was", "mails were")} waiting then and will be sent. What left since arrives once more, under the same Message-ID.`,
      );
    if (givenUp > 0)
      lines.push(
        `${count(givenUp, "mail is", "mails are")} past the 72 hours of retries and count as not received.`,
      );
    return [...lines, "Everybody has to sign in again."];
  });
}
