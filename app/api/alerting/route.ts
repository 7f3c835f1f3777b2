import { readAlerting } from "@/lib/alerting-chain/read-alerting";
import { refusal } from "@/lib/doorway/refusal";
import { strayParameter } from "@/lib/evaluation/series-request";
import { isServing } from "@/lib/eviction/phase";
import { leavingView } from "@/lib/eviction/view";
import { systemClock } from "@/lib/infra/clock";
import { currentAccess } from "@/lib/tenancy/session";
import { answer, answering } from "../answering";
import { refuseAccess } from "../refuse-access";

/**
 * What stands around every page, for the session's tenant alone: its alerting chain, and how it is to leave.
 * alerting is null where no alerts are sent here, and where none are due, by agreement.
 */
export const GET = answering("/api/alerting", async (request) => {
  const stray = strayParameter(new URL(request.url).searchParams, []);
  if (stray) return refusal(400, "unknown_parameter", stray);
  const access = await currentAccess();
  if (access.kind !== "granted") return refuseAccess(access);
  const { id, name, without, leaving, timeZone } = access.tenant;
  const { alerting } = await readAlerting(access.scope, without);
  const asOfMs = systemClock.nowMs();
  return answer({
    tenant: { id, name },
    asOfMs,
    alerting: isServing(leaving, timeZone, asOfMs) ? alerting : null,
    leaving: leavingView(access.tenant),
  });
});
