/**
 * Foreign keys to tenant, by the name that Prisma gives them: table, column, _fkey. A test compares this with
 * the database.
 */
const REFERS_TO_TENANT = /_tenant_id_fkey$/;

/**
 * Whether something could not be written because its tenant was deleted meanwhile. A tenant's rows are
 * deleted 30 days after it left, with all that belongs to them; whatever is being written then fails like
 * this. A violation of any other foreign key is a fault: false.
 * @param error whatever was thrown by Prisma, its driver adapter or the pool
 */
export function isTenantGone(error: unknown): boolean {
  const key = violatedForeignKey(error);
  return key !== null && REFERS_TO_TENANT.test(key);
}

/**
 * The name of the foreign key that was violated, as the driver reports it, or below Prisma's error as its
 * adapter does.
 */
function violatedForeignKey(error: unknown): string | null {
  if (typeof error !== "object" || error === null) return null;
  const { code, kind, constraint, cause, meta } = error as Record<string, unknown>;
  if (code === "23503" && typeof constraint === "string") return constraint;
  if (kind === "ForeignKeyConstraintViolation") {
    const name = (constraint as { index?: unknown } | undefined)?.index;
    return typeof name === "string" ? name : null;
  }
  const inner = (meta as { driverAdapterError?: unknown } | undefined)?.driverAdapterError;
  return violatedForeignKey(cause) ?? violatedForeignKey(inner);
}
