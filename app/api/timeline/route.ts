import { refusal } from "@/lib/doorway/refusal";
import { strayParameter } from "@/lib/evaluation/series-request";
import { systemClock } from "@/lib/infra/clock";
import { currentAccess } from "@/lib/tenancy/session";
import { readTimeline } from "@/lib/views/timeline/read-timeline";
import { answer, answering } from "../answering";
import { refuseAccess } from "../refuse-access";

/** The timeline of the session's tenant. It answers 200 also when the metrics store doesn't: its sections say so. */
export const GET = answering("/api/timeline", async (request) => {
  const stray = strayParameter(new URL(request.url).searchParams, []);
  if (stray) return refusal(400, "unknown_parameter", stray);
  const access = await currentAccess();
  if (access.kind !== "granted") return refuseAccess(access);
  return answer(await readTimeline(access.scope, systemClock.nowMs()));
});
