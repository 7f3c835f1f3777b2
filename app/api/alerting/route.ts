import { readAlerting } from "@/lib/alerting-chain/read-alerting";
import { isServing } from "@/lib/eviction/phase";
import { leavingView } from "@/lib/eviction/view";
import { systemClock } from "@/lib/infra/clock";
import { answer } from "../answering";
import { ownersRoute } from "../owners-route";

/**
 * What stands around every page, for the session's tenant alone: its alerting chain, and how it is to leave.
 * alerting is null where no alerts are sent here, and where none are due, by agreement.
 */
export const GET = ownersRoute("/api/alerting", async ({ scope, tenant }) => {
  const { id, name, without, leaving, timeZone } = tenant;
  const { alerting } = await readAlerting(scope, without);
  const asOfMs = systemClock.nowMs();
  return answer<"frame">({
    tenant: { id, name },
    asOfMs,
    alerting: isServing(leaving, timeZone, asOfMs) ? alerting : null,
    leaving: leavingView(tenant),
  });
});
