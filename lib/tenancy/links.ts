import { z } from "zod";

/** Links that the operator's definitions give a tenant, by what they lead to. */
export const tenantLinksSchema = z.record(z.string(), z.url({ protocol: /^https?$/ }));
export type TenantLinks = z.infer<typeof tenantLinksSchema>;
