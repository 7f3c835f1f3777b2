import { refusal } from "@/lib/doorway/refusal";
import { strayParameter } from "@/lib/evaluation/series-request";
import { WITHOUT_BUNDLE } from "@/lib/evaluation/without-bundle";
import { currentAccess } from "@/lib/tenancy/session";
import { readThresholds } from "@/lib/views/thresholds/read-thresholds";
import { answer, answering } from "../answering";
import { refuseAccess } from "../refuse-access";

/** The thresholds of the session's tenant, the platform's defaults and the audit trail. */
export const GET = answering("/api/thresholds", async (request) => {
  const stray = strayParameter(new URL(request.url).searchParams, []);
  if (stray) return refusal(400, "unknown_parameter", stray);
  const access = await currentAccess();
  if (access.kind !== "granted") return refuseAccess(access);
  const view = await readThresholds(access.scope, access.tenant.without);
  return view ? answer(view) : refusal(503, "no_definitions", WITHOUT_BUNDLE.message);
});
