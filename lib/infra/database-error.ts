import { isDatabaseAway } from "./database-away";

const SQLSTATE = /^[0-9A-Z]{5}$/;
/** Node's codes for a connection that can't be encrypted as asked. */
const TLS = /^(CERT_|ERR_TLS|ERR_SSL|EPROTO|UNABLE_TO|DEPTH_ZERO|SELF_SIGNED)/;
/**
 * What the driver says without a code while it connects: a password that is missing, encryption that the
 * server doesn't offer.
 */
const CONNECTING = /^(SASL|The server does not support SSL|There was an error establishing an SSL)/;
/**
 * Prisma's names for what comes from the database or the way to it. Its PrismaClientValidationError is a
 * mistake in our code.
 */
const FROM_DATABASE = new Set([
  "PrismaClientKnownRequestError",
  "PrismaClientUnknownRequestError",
  "PrismaClientInitializationError",
  "DriverAdapterError",
]);

/**
 * Whether the database refused something, or couldn't be reached: an operator can read that in one
 * sentence. Anything else, such as a TypeError, is a mistake in our code, whose stack has to be kept.
 * @param error whatever was thrown by Prisma, its driver adapter or the driver
 */
export function isDatabaseError(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { name, message, code, severity, syscall } = error as Error & Record<string, unknown>;
  if (FROM_DATABASE.has(name) || CONNECTING.test(message) || syscall === "connect") return true;
  if (typeof code === "string" && (TLS.test(code) || (severity !== undefined && SQLSTATE.test(code))))
    return true;
  return isDatabaseAway(error);
}
