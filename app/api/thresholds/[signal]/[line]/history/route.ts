import { refusal } from "@/lib/doorway/refusal";
import { systemClock } from "@/lib/infra/clock";
import { parseHistoryRequest } from "@/lib/thresholds/request";
import { readHistory } from "@/lib/views/thresholds/read-backtest";
import { readThresholdLine } from "@/lib/views/thresholds/read-thresholds";
import { answer } from "../../../../answering";
import { metricsRefusal, ownersRoute } from "../../../../owners-route";
import { noSuchLine } from "../../../no-such-line";

/** One part of a line's history as the evaluator would have read it, for the preview in the browser. */
export const GET = ownersRoute(
  "/api/thresholds/[signal]/[line]/history",
  async ({ scope, tenant, params, asked }) => {
    const line = await readThresholdLine(scope, tenant.without, params);
    if (!line) return noSuchLine();
    const history = await readHistory(scope, line, asked.request, systemClock.nowMs());
    if (!history) return noSuchLine();
    if ("refused" in history) return refusal(400, "unknown_history", history.refused);
    if (!history.ok) return metricsRefusal(history.failure);
    return answer<"thresholdHistory">({ ...history.data, tenantId: scope.tenantId });
  },
  (parameters: URLSearchParams, _params: { signal: string; line: string }) => {
    const parsed = parseHistoryRequest(parameters);
    return parsed.ok ? parsed : { ...parsed, code: "unknown_history" };
  },
);
