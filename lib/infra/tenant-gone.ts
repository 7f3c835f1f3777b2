/** foreign_key_violation, as PostgreSQL and its driver say it, and as Prisma's client does. */
const CODES = new Set(["23503", "P2003", "ForeignKeyConstraintViolation"]);

/**
 * Whether something could not be written because the row that it belongs to is gone. Rows of tenants go once, at the end of their 30
 * days, with all that hangs on them; whatever was under way then fails like this.
 * @param error whatever was thrown by Prisma, its driver adapter or the pool
 */
export function isTenantGone(error: unknown): boolean {
  if (typeof error !== "object" || error === null) return false;
  const { code, kind, cause } = error as Record<string, unknown>;
  if ([code, kind].some((word) => typeof word === "string" && CODES.has(word))) return true;
  return isTenantGone(cause);
}
