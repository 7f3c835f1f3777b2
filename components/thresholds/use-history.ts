"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { getJson, otherSession, PollError } from "@/components/ui/get-json";
import { type ClockReading, elapsedMs, momentNow } from "@/components/ui/now";
import type { ReplayPoint } from "@/lib/evaluation/replay";
import { slotAt } from "@/lib/infra/clock";
import { type HistoryPart, isReadByParts, replayPointsOf } from "@/lib/thresholds/history";
import { PREVIEW_RANGES, type PreviewRange, previewStepSeconds } from "@/lib/thresholds/preview-range";
import type { ThresholdsView } from "@/lib/thresholds/view";
import { readParts } from "./read-parts";

/** Parts asked at once: a preview leaves room at Prometheus for everybody else. */
const AT_ONCE = 2;

export type History = {
  points: ReplayPoint[];
  fromMs: number;
  toMs: number;
  stepSeconds: number;
  /** false: for some of the time the line's parts could not be read. */
  isReadByParts: boolean;
  /** The highest value that the line can have; null: none is known. */
  highest: number | null;
};

export type HistoryState = {
  history: History | null;
  /** Parts read, of how many. */
  progress: { done: number; of: number };
  failure: PollError | null;
  retry: () => void;
};

/** What the server's clock said when the page was made, and this browser's own clocks when it came. */
export type ServerClock = { renderedAtMs: number; receivedAt: ClockReading };

/**
 * A line's history, read once for a range, part by part. The preview then runs over it in the browser.
 * @param lineKey signal/line
 */
export function useHistory(
  view: Pick<ThresholdsView, "tenantId" | "intervalSeconds" | "scrapeIntervalSeconds">,
  lineKey: string,
  range: PreviewRange,
  clock: ServerClock,
): HistoryState {
  const { parts, seconds } = PREVIEW_RANGES[range];
  const [done, setDone] = useState({ key: "", count: 0 });
  const key = `${lineKey} ${range}`;
  const query = useQuery({
    queryKey: [view.tenantId, "history", lineKey, range],
    queryFn: async ({ signal }): Promise<History> => {
      const nowMs = clock.renderedAtMs + elapsedMs(clock.receivedAt, momentNow());
      const stepSeconds = previewStepSeconds(range, view.intervalSeconds);
      const toMs = slotAt(nowMs - view.scrapeIntervalSeconds * 1000, stepSeconds);
      setDone({ key, count: 0 });
      const readPart = async (part: number): Promise<HistoryPart> => {
        const path = `/api/thresholds/${lineKey}/history?range=${range}&to=${toMs}&part=${part}`;
        const { body } = await getJson(path, signal, "thresholdHistory");
        if (body.tenantId !== view.tenantId) throw otherSession();
        return body;
      };
      const read = await readParts(parts, AT_ONCE, readPart, (count) => setDone({ key, count }));
      return {
        points: replayPointsOf(read),
        fromMs: toMs - seconds * 1000,
        toMs,
        stepSeconds,
        isReadByParts: isReadByParts(read),
        highest: read.at(-1)?.highest ?? null,
      };
    },
    // Asked again when the owner comes back to it later, never under their hands.
    staleTime: 10 * 60_000,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
  return {
    history: query.data ?? null,
    progress: { done: done.key === key ? done.count : 0, of: parts },
    failure: query.error instanceof PollError ? query.error : null,
    retry: () => void query.refetch(),
  };
}
