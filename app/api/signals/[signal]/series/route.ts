import { parseSeriesRequest } from "@/lib/evaluation/series-request";
import { systemClock } from "@/lib/infra/clock";
import { readSignalSeries } from "@/lib/views/series/read-signal-series";
import { answer, failedAnswer } from "../../../answering";
import { metricsErrorCode, ownersRoute } from "../../../owners-route";

/** One signal of the session's tenant over a range. Where it can't be asked, the error comes with the last that is known, or null. */
export const GET = ownersRoute(
  "/api/signals/[signal]/series",
  async ({ scope, tenant, asked: { signal, range } }) => {
    const series = await readSignalSeries(scope, signal, range, tenant.without, systemClock.nowMs());
    if (series.ok) return answer<"series">(series.view);
    const { code, message } = series.failure;
    return failedAnswer(503, { code: metricsErrorCode(code), message }, { last: series.last });
  },
  (parameters: URLSearchParams, { signal }: { signal: string }) => parseSeriesRequest(signal, parameters),
);
