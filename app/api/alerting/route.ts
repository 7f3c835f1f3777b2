import { systemClock } from "@/lib/clock";
import { refusal } from "@/lib/doorway/refusal";
import { readAlerting } from "@/lib/signals/read-alerting";
import { strayParameter } from "@/lib/signals/series-request";
import { currentAccess } from "@/lib/tenancy/session";
import { answer, answering } from "../answering";
import { refuseAccess } from "../refuse-access";

/** The alerting chain of the session's tenant alone, for the banner of every page. null: no alerts are sent here. */
export const GET = answering("/api/alerting", async (request) => {
  const stray = strayParameter(new URL(request.url).searchParams, []);
  if (stray) return refusal(400, "unknown_parameter", stray);
  const access = await currentAccess();
  if (access.kind !== "granted") return refuseAccess(access);
  const { id, name, without } = access.tenant;
  const { alerting } = await readAlerting(access.scope, without);
  return answer({ tenant: { id, name }, asOfMs: systemClock.nowMs(), alerting });
});
