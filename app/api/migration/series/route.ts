import { NO_SUCH_RUN, parseRunRequest } from "@/lib/data-migrations/run-request";
import { refusal } from "@/lib/doorway/refusal";
import { systemClock } from "@/lib/infra/clock";
import { currentAccess } from "@/lib/tenancy/session";
import { readMigrationSeries } from "@/lib/views/data-migration/read-migration";
import { answer, answering } from "../../answering";
import { refuseAccess } from "../../refuse-access";

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
