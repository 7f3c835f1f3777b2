// By SQLSTATE (class 08; 53300, 57P01 to 57P03), by the codes of Prisma's client, and by those of the network below.
const AWAY = new Set([
  ...["P1001", "P1002", "P1008", "P1017", "P2024"],
  ...["53300", "57P01", "57P02", "57P03"],
  ...[
    "ECONNREFUSED",
    "ECONNRESET",
    "EPIPE",
    "ENOTFOUND",
    "EAI_AGAIN",
    "EHOSTUNREACH",
    "ENETUNREACH",
    "ETIMEDOUT",
  ],
  // What Prisma's driver adapter calls the same.
  ...["DatabaseNotReachable", "ConnectionClosed", "SocketTimeout", "TooManyConnections"],
]);
const CONNECTION_EXCEPTION = /^08/;
/** The driver's own errors have no code. The last is what a statement meets on a connection that broke before it. */
const DRIVER_SAYS =
  /^(Connection terminated|timeout exceeded when trying to connect|timeout expired$|Client has encountered a connection error)/i;

/**
 * Whether a statement failed because the database can't be reached, and not because of what it asked.
 * @param error whatever was thrown by Prisma, its driver adapter or the pool
 */
export function isDatabaseAway(error: unknown): boolean {
  if (typeof error !== "object" || error === null) return false;
  const { code, kind, originalCode, message, cause, meta } = error as Record<string, unknown>;
  const says = [code, kind, originalCode].filter((word) => typeof word === "string");
  if (says.some((word) => AWAY.has(word) || CONNECTION_EXCEPTION.test(word))) return true;
  if (typeof message === "string" && DRIVER_SAYS.test(message)) return true;
  const wrapped = typeof meta === "object" && meta !== null && "driverAdapterError" in meta ? meta : null;
  return isDatabaseAway(cause) || isDatabaseAway(wrapped?.driverAdapterError);
}
