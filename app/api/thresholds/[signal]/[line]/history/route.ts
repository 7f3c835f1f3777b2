import { refusal } from "@/lib/doorway/refusal";
import { systemClock } from "@/lib/infra/clock";
import { currentAccess } from "@/lib/tenancy/session";
import { parseHistoryRequest } from "@/lib/thresholds/request";
import { readHistory } from "@/lib/views/thresholds/read-backtest";
import { readThresholdLine } from "@/lib/views/thresholds/read-thresholds";
import { answer, answering } from "../../../../answering";
import { refuseAccess } from "../../../../refuse-access";
import { noSuchLine } from "../../../no-such-line";

type Context = { params: Promise<{ signal: string; line: string }> };

/** One part of a line's history as the evaluator would have read it, for the preview in the browser. */
export const GET = answering<Context>(
  "/api/thresholds/[signal]/[line]/history",
  async (request, { params }) => {
    const asked = parseHistoryRequest(new URL(request.url).searchParams);
    if (!asked.ok) return refusal(400, "unknown_history", asked.message);
    const access = await currentAccess();
    if (access.kind !== "granted") return refuseAccess(access);
    const line = await readThresholdLine(access.scope, access.tenant.without, await params);
    if (!line) return noSuchLine();
    const history = await readHistory(access.scope, line, asked.request, systemClock.nowMs());
    if (!history) return noSuchLine();
    if ("refused" in history) return refusal(400, "unknown_history", history.refused);
    if (history.ok) return answer({ ...history.data, tenantId: access.scope.tenantId });
    const code = `metrics_${history.failure.code.replaceAll("-", "_")}`;
    return refusal(503, code, history.failure.message);
  },
);
