// By SQLSTATE (https://www.postgresql.org/docs/18/errcodes-appendix.html), by the codes of Prisma's client,
// and by those of the network below. What the server lacks, or what a failover leaves behind, passes as an
// outage does: by the operator's hand.
const AWAY = new Set([
  ...["P1001", "P1002", "P1008", "P1017", "P2024"],
  ...["57P01", "57P02", "57P03", "57P04", "57P05"], // shut down, crashed, starting, dropped, idle too long
  ...["25006", "25P03"], // a standby, which takes no writes; a transaction that stood still
  "3D000", // the database doesn't exist: dropped, or not yet restored
  ...[
    "ECONNREFUSED",
    "ECONNRESET",
    "EPIPE",
    "ENOTFOUND",
    "EAI_AGAIN",
    "EHOSTUNREACH",
    "ENETUNREACH",
    "ETIMEDOUT",
    "EMFILE", // this process may open no more connections
    "ENFILE",
  ],
  // What Prisma's driver adapter calls the same.
  ...["DatabaseNotReachable", "ConnectionClosed", "SocketTimeout", "TooManyConnections"],
]);
/**
 * A connection's own failure; no memory, disk or connection left; the system below the server: disk, files,
 * snapshots.
 */
const SERVER_CLASSES = /^(08|53|58)[0-9A-Z]{3}$/;
/**
 * The driver's own errors have no code. The last is what a statement meets on a connection that broke before
 * it.
 */
const DRIVER_SAYS =
  /^(Connection terminated|timeout exceeded when trying to connect|timeout expired$|Query read timeout$|Client has encountered a connection error)/i;

/** SQLSTATE, save that of a connection's own failure. */
const ANSWER = /^(?!08)\d\d[0-9A-Z]{3}$/;

/**
 * Whether the database, away as it is, said so itself: its disk is full, or it takes no writes. Another
 * connection would get the same answer.
 * @param error one of isDatabaseAway()
 */
export function isAnswerOfDatabase(error: unknown): boolean {
  if (typeof error !== "object" || error === null) return false;
  const { code, originalCode, cause } = error as Record<string, unknown>;
  return (
    [code, originalCode].some((word) => typeof word === "string" && ANSWER.test(word)) ||
    isAnswerOfDatabase(cause)
  );
}

/**
 * Whether a statement failed because the database can't be reached, and not because of what it asked.
 * @param error whatever was thrown by Prisma, its driver adapter or the pool
 */
export function isDatabaseAway(error: unknown): boolean {
  if (typeof error !== "object" || error === null) return false;
  const { code, kind, originalCode, message, cause, meta } = error as Record<string, unknown>;
  const says = [code, kind, originalCode].filter((word) => typeof word === "string");
  if (says.some((word) => AWAY.has(word) || SERVER_CLASSES.test(word))) return true;
  if (typeof message === "string" && DRIVER_SAYS.test(message)) return true;
  const wrapped = typeof meta === "object" && meta !== null && "driverAdapterError" in meta ? meta : null;
  return isDatabaseAway(cause) || isDatabaseAway(wrapped?.driverAdapterError);
}

const REASONS: Record<string, string> = {
  "25006": "The database takes no writes: it is a standby, or read-only.",
  "3D000": "The database doesn't exist.",
  "53100": "The database's disk is full.",
  "53200": "The database has no memory left.",
  "53300": "All of the database's connections are in use.",
  EMFILE: "This process may open no more connections.",
};

/**
 * Why the database is away, a sentence without its address.
 * @param error one of isDatabaseAway()
 */
export function awaySentence(error: unknown): string {
  for (let at = error; typeof at === "object" && at !== null; at = (at as { cause?: unknown }).cause) {
    const { code, originalCode } = at as Record<string, unknown>;
    const reason = REASONS[String(originalCode)] ?? REASONS[String(code)];
    if (reason !== undefined) return reason;
  }
  return "The database can't be reached.";
}
