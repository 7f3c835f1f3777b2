"use client";

import { useQuery } from "@tanstack/react-query";
import { getJson, PollError } from "@/components/ui/get-json";
import { RANGES, type RangeId } from "@/lib/evaluation/ranges";
import type { SignalView } from "@/lib/evaluation/view";
import type { SeriesView } from "@/lib/views/series/view";

export type ChartSeries = {
  /** The last series that arrived or that the server knew, null before the first one. */
  view: SeriesView | null;
  /** Why the newest could not be had; a view beside it is an older one. */
  failure: PollError | null;
  retry: () => void;
};

/**
 * One signal's history. Asked again once a step, since before that there is no new point; paused in a hidden tab.
 * @param stepMs how often there is something new of what is shown of it
 */
export function useSeries(
  tenantId: string,
  signal: SignalView["id"],
  range: RangeId,
  stepMs: number = RANGES[range].stepSeconds * 1000,
): ChartSeries {
  const intervalMs = Math.max(30_000, stepMs);
  const query = useQuery({
    queryKey: [tenantId, "series", signal, range],
    queryFn: async (context) =>
      (await getJson(`/api/signals/${signal}/series?range=${range}`, context.signal, "series")).body,
    staleTime: intervalMs / 2,
    // After a failure there is more to win by asking soon than by waiting for the next step.
    refetchInterval: ({ state }) => (state.status === "error" ? 30_000 : intervalMs),
  });
  const failure = query.error instanceof PollError ? query.error : null;
  return {
    view: query.data ?? lastKnown(failure),
    failure,
    retry: () => void query.refetch(),
  };
}

/** What the server last knew, which it sends with the reason why it knows no better. For a page that was opened after that. */
function lastKnown(failure: PollError | null): SeriesView | null {
  return (failure?.body as { last?: SeriesView | null } | null | undefined)?.last ?? null;
}
