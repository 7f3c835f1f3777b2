"use client";

import { useQuery } from "@tanstack/react-query";
import type { Contract } from "@/lib/views/api/contracts";
import { getJson, otherSession, PollError } from "./get-json";

const POLL_MS = 30_000;

export type LiveView<T> = {
  view: T;
  /** Why the newest could not be had; the view is an older one then. */
  failure: PollError | null;
  retry: () => void;
};

/**
 * A page's view: from the server's render at first, then asked again, paused in a hidden tab. An answer of another tenant is
 * refused, because somebody may have signed in to another one in the same browser meanwhile.
 * @param key what distinguishes this view from the tenant's others
 * @param path of the portal's own API
 */
export function useLiveView<Name extends "timeline" | "migration">(
  initial: Contract<Name>,
  key: readonly (string | null)[],
  path: string,
  contract: Name,
): LiveView<Contract<Name>> {
  const tenantId = initial.tenant.id;
  const query = useQuery<Contract<Name>>({
    queryKey: [tenantId, ...key],
    queryFn: async ({ signal }) => {
      const { body } = await getJson(path, signal, contract);
      if (body.tenant.id !== tenantId) throw otherSession();
      return body;
    },
    initialData: initial,
    staleTime: POLL_MS / 2,
    refetchInterval: POLL_MS,
  });
  return {
    view: query.data ?? initial,
    failure: query.error instanceof PollError ? query.error : null,
    retry: () => void query.refetch(),
  };
}
