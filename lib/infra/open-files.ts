import { readdirSync, readFileSync } from "node:fs";

/**
 * Ten connections to the database, twenty to the relay, those to Prometheus, and what Node has open itself
 * come to about 90; the rest is for those who ask this process.
 */
const ENOUGH = 256;
/** The share of the limit from which on connections may soon be refused. */
const NEARLY_ALL = 0.9;

/** A process and its files, as the system lists them. null: this system doesn't. */
export type OpenFiles = { limit: number; open: number } | null;

/**
 * A sentence for the operator where this process may have too few files and connections open at once, or has
 * nearly as many as it may; null where there are enough.
 */
export function openFilesShortage(files: OpenFiles = readOpenFiles()): string | null {
  if (files === null) return null;
  const { limit, open } = files;
  if (limit < ENOUGH)
    return `This process may have only ${limit} files and connections open at once, and needs ${ENOUGH}. Raise the limit: ulimit -n, or LimitNOFILE of systemd.`;
  if (open < limit * NEARLY_ALL) return null;
  return `This process has ${open} files and connections open, and may have ${limit}. Raise the limit: ulimit -n, or LimitNOFILE of systemd.`;
}

let limit: number | null = null;

/** By Linux' /proc. Where all are in use it can't be read either, which says as much. */
function readOpenFiles(): OpenFiles {
  try {
    limit ??= limitOf(readFileSync("/proc/self/limits", "utf8"));
    return limit === null ? null : { limit, open: readdirSync("/proc/self/fd").length };
  } catch (error) {
    const isUsedUp = (error as NodeJS.ErrnoException).code === "EMFILE";
    return isUsedUp && limit !== null ? { limit, open: limit } : null;
  }
}

function limitOf(limits: string): number | null {
  const found = /^Max open files +(\d+)/m.exec(limits)?.[1];
  return found === undefined ? null : Number(found);
}
