import { refusal } from "@/lib/doorway/refusal";
import { strayParameter } from "@/lib/evaluation/series-request";
import { systemClock } from "@/lib/infra/clock";
import { currentAccess } from "@/lib/tenancy/session";
import { readAttribution } from "@/lib/views/attribution/read-attribution";
import { answer, answering } from "../answering";
import { refuseAccess } from "../refuse-access";

/** Whose problem the open alerts of the session's tenant look like, and how the platform fares. */
export const GET = answering("/api/attribution", async (request) => {
  const stray = strayParameter(new URL(request.url).searchParams, []);
  if (stray) return refusal(400, "unknown_parameter", stray);
  const access = await currentAccess();
  if (access.kind !== "granted") return refuseAccess(access);
  return answer(await readAttribution(access.scope, systemClock.nowMs()));
});
