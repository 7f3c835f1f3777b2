"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { HIDDEN_POLL_INTERVAL_MS, POLL_INTERVAL_MS, type Received } from "@/components/ui/freshness";
import { getJson, otherSession, PollError } from "@/components/ui/get-json";
import { healthKey } from "@/components/ui/known-health";
import { momentNow, useIsTabHidden } from "@/components/ui/now";
import { type PackedHealth, unpackHealth } from "@/lib/views/health/pack";

/**
 * Asks for the health of the session's tenant. The answer must be of the tenant that this page was rendered for: somebody
 * may have signed in to another one in the same browser meanwhile.
 * @throws PollError
 */
async function fetchHealth(tenantId: string, signal: AbortSignal): Promise<Received> {
  const { body, serverNowMs } = await getJson("/api/health", signal, "health");
  if (body.tenant?.id !== tenantId || !Array.isArray(body.signals)) throw otherSession();
  return { view: body, ageAtReceiptMs: serverNowMs - body.asOfMs, receivedAt: momentNow() };
}

const hasEnded = (error: Error): boolean => error instanceof PollError && error.ended;

export type Health = {
  received: Received;
  failure: PollError | null;
  retry: () => void;
};

/**
 * The health of the tenant: from the server's render at first, then polled; paused in a hidden tab, asked again at focus.
 * @param renderedAtMs the server's clock when it rendered `initial`
 * @param inHiddenTab asks on there, slowly
 */
export function useHealth(
  initial: PackedHealth,
  renderedAtMs: number,
  { inHiddenTab = false }: { inHiddenTab?: boolean } = {},
): Health {
  const [first] = useState<Received>(() => ({
    view: unpackHealth(initial),
    ageAtReceiptMs: renderedAtMs - initial.asOfMs,
    receivedAt: momentNow(),
  }));
  const isHidden = useIsTabHidden();
  const query = useQuery({
    queryKey: healthKey(initial.tenant.id),
    queryFn: ({ signal }) => fetchHealth(initial.tenant.id, signal),
    initialData: first,
    initialDataUpdatedAt: first.receivedAt.wallMs,
    staleTime: POLL_INTERVAL_MS / 2,
    refetchInterval: isHidden ? HIDDEN_POLL_INTERVAL_MS : POLL_INTERVAL_MS,
    refetchIntervalInBackground: inHiddenTab,
    // A retry would wait until the tab is seen, and every poll for the retry: there, the next poll is the retry.
    ...(inHiddenTab && { retry: (count, error) => !isHidden && count < 1 && !hasEnded(error) }),
  });
  return {
    received: query.data,
    failure: query.error instanceof PollError ? query.error : null,
    retry: () => void query.refetch(),
  };
}
