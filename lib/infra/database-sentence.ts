import { databaseUrl } from "./env";

/** PostgreSQL's codes for a table that isn't there, and for a statement that took longer than it may. */
const [NO_TABLE, TOO_LONG] = ["42P01", "57014"];

/**
 * Why the database could not be used. It is named by host and name: the URL holds a password.
 * @param error one of isDatabaseError()
 * @param what was to be done with it
 */
export function databaseSentence(error: unknown, what: "used" | "read" = "used"): string {
  const { host, pathname } = new URL(databaseUrl());
  const where = `The database ${pathname.slice(1)} on ${host}`;
  const { code } = error as { code?: string };
  // Only the definitions set a limit of a minute: one on a reader is the operator's own.
  if (code === TOO_LONG && what === "used")
    return `${where} is too busy: a statement took longer than a minute. Nothing was changed. Run this again later.`;
  if (code === NO_TABLE || code === "P2021") {
    return `${where} has no tables yet. Start the portal on it once; it makes them.`;
  }
  const reason = (error instanceof Error ? error.message : String(error)).trim().split("\n").at(-1);
  return `${where} could not be ${what}: ${reason}`;
}
