import { answer, answering } from "@/app/api/answering";
import { refuseAccess } from "@/app/api/refuse-access";
import { systemClock } from "@/lib/clock";
import { refusal } from "@/lib/doorway/refusal";
import { readMigrationSeries } from "@/lib/migrations/read-migration";
import { NO_SUCH_RUN, parseRunRequest } from "@/lib/migrations/run-request";
import { currentAccess } from "@/lib/tenancy/session";

/** The charts of one run of the session's tenant. */
export const GET = answering("/api/migration/series", async (request) => {
  const asked = parseRunRequest(new URL(request.url).searchParams);
  if (!asked.ok) return refusal(400, asked.code, asked.message);
  if (asked.runId === null) return refusal(400, "unknown_run", "Ask for one run with ?run=.");
  const access = await currentAccess();
  if (access.kind !== "granted") return refuseAccess(access);
  const series = await readMigrationSeries(access.scope, asked.runId, systemClock.nowMs());
  if (!series) return refusal(404, "unknown_run", NO_SUCH_RUN);
  if (series.ok) return answer(series.data);
  return refusal(503, `metrics_${series.failure.code.replaceAll("-", "_")}`, series.failure.message);
});
