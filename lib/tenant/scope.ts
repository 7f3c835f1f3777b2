declare const proof: unique symbol;

/**
 * The proof that the holder may read one tenant's data. A function that reads such data takes a scope, never an id.
 *
 * It can't be written down as a literal: it comes from a verified session (session.ts) or from the row that the
 * evaluator works on, and both go through mint.ts.
 */
export type TenantScope = { readonly tenantId: string; readonly [proof]: "tenant" };

/** A tenant id: one DNS label, so that it is safe in a matcher, a file name and a mail address. */
export const TENANT_ID = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
