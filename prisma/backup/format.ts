import { z } from "zod";

/** The file can't be written or restored. The message is one sentence for the operator. */
export class BackupError extends Error {
  override name = "BackupError";
}

/** Whether the operating system refused something: the file can't be read or written. */
export const isSystemError = (error: unknown) => error instanceof Error && "syscall" in error;

const FIRST_LINE = "-- Watchpost backup 1\n";
const HINT = `-- Plain SQL, as pg_dump --inserts would write it. Into an empty database: npm run restore -- FILE
-- Without Watchpost: gunzip -c FILE | psql --single-transaction --set ON_ERROR_STOP=1 DATABASE
`;

const headSchema = z.object({
  /** When the snapshot was taken, by the database's clock. */
  madeAt: z.iso.datetime(),
  /** The migrations that the snapshot has, in their order. */
  migrations: z.array(z.string()),
  /** Stands between statements. It is drawn for each file, so that nothing stored can look like it. */
  boundary: z.string().regex(/^[0-9a-f]{32}$/),
});
export type BackupHead = z.infer<typeof headSchema>;

const tailSchema = z.object({ rows: z.record(z.string(), z.int()) });
export type BackupTail = z.infer<typeof tailSchema>;

/** The line after each part, with the line break before it: parts themselves don't end in one. */
const boundaryLine = ({ boundary }: BackupHead) => `\n-- ${boundary}`;

/** The first lines of a backup. */
export const headText = (head: BackupHead): string =>
  `${FIRST_LINE}${HINT}-- ${JSON.stringify(head)}${boundaryLine(head)}\n`;

/** One statement or several, which are restored together. */
export const partText = (head: BackupHead, sql: string): string => `${sql}${boundaryLine(head)}\n`;

/** The last lines. A file without them was cut short. */
export const tailText = (head: BackupHead, tail: BackupTail): string =>
  `-- ${JSON.stringify(tail)}${boundaryLine(head)} end\n`;

const CUT_SHORT = "The backup was cut short: its end is missing. Nothing was restored from it.";
const NOT_OURS = "The file isn't a backup that npm run backup wrote.";

/**
 * Takes a backup's text apart as it comes.
 * @param pieces the file's text, in pieces of any size
 * @returns the head, then every part with its SQL, then the tail
 * @throws BackupError for a file of another kind, or one that was cut short
 */
export async function* readBackupParts(
  pieces: AsyncIterable<string>,
): AsyncGenerator<{ head: BackupHead } | { sql: string } | { tail: BackupTail }> {
  let text = "";
  let head: BackupHead | null = null;
  for await (const piece of pieces) {
    // A boundary may lie across two pieces: what could be its beginning is looked at again.
    let from = Math.max(0, text.length - 64);
    text += piece;
    if (!head) {
      head = headOf(text);
      if (!head) continue;
      text = text.slice(text.indexOf(boundaryLine(head)) + boundaryLine(head).length + 1);
      from = 0;
      yield { head };
    }
    const line = boundaryLine(head);
    for (let at = text.indexOf(line, from); at >= 0; at = text.indexOf(line)) {
      const rest = at + line.length;
      if (text.length < rest + 5) break; // whether it is the end is in the next piece
      if (text.startsWith(" end\n", rest)) {
        yield { tail: parseLine(tailSchema, text.slice(0, at)) };
        return;
      }
      yield { sql: text.slice(0, at) };
      text = text.slice(rest + 1);
    }
  }
  throw new BackupError(
    head || FIRST_LINE.startsWith(text.slice(0, FIRST_LINE.length)) ? CUT_SHORT : NOT_OURS,
  );
}

/** @returns null while not all of it has come */
function headOf(text: string): BackupHead | null {
  const begun = text.slice(0, FIRST_LINE.length);
  if (!FIRST_LINE.startsWith(begun)) throw new BackupError(NOT_OURS);
  const at = text.indexOf("\n-- {") + 1;
  const end = at === 0 ? -1 : text.indexOf("\n", at);
  if (end < 0) return null;
  const head = parseLine(headSchema, text.slice(at, end));
  return text.indexOf(boundaryLine(head), end) >= 0 && text.length > end + boundaryLine(head).length
    ? head
    : null;
}

function parseLine<T>(schema: z.ZodType<T>, line: string): T {
  try {
    return schema.parse(JSON.parse(line.replace(/^-- /, "")));
  } catch {
    throw new BackupError(NOT_OURS);
  }
}
