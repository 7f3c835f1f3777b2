"use client";

import { skipToken, useQuery } from "@tanstack/react-query";
import type { Received } from "./freshness";

/** By what a tenant's health is remembered. */
export const healthKey = (tenantId: string) => [tenantId, "health"] as const;

/** The health that this page shows elsewhere, as it is kept current there; it asks nothing. null where the page shows none. */
export function useKnownHealth(tenantId: string): Received["view"] | null {
  const { data } = useQuery<Received>({ queryKey: healthKey(tenantId), queryFn: skipToken });
  return data?.view ?? null;
}
