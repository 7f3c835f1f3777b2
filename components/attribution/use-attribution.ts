"use client";

import { useQuery } from "@tanstack/react-query";
import { POLL_INTERVAL_MS } from "@/components/ui/freshness";
import { getJson, otherSession } from "@/components/ui/get-json";
import type { AttributionView } from "@/lib/attribution/view";

async function fetchAttribution(tenantId: string, signal: AbortSignal): Promise<AttributionView> {
  const { body } = await getJson("/api/attribution", signal, "attribution");
  if (body.tenantId !== tenantId || !Array.isArray(body.alerts)) throw otherSession();
  return body;
}

/** What is known of the open alerts, and why it is no newer; null while it is the present. */
export type Attribution = { view: AttributionView; error: Error | null };

/** Whose problem the open alerts look like: from the server's render at first, then asked again. Several readers share one answer. */
export function useAttribution(initial: AttributionView): Attribution {
  const { data: view, error } = useQuery({
    queryKey: [initial.tenantId, "attribution"],
    queryFn: ({ signal }) => fetchAttribution(initial.tenantId, signal),
    initialData: initial,
    staleTime: POLL_INTERVAL_MS / 2,
    refetchInterval: POLL_INTERVAL_MS,
  });
  return { view, error };
}
