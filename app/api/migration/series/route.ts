import { NO_SUCH_RUN, parseRunRequest } from "@/lib/data-migrations/run-request";
import { refusal } from "@/lib/doorway/refusal";
import { systemClock } from "@/lib/infra/clock";
import { readMigrationSeries } from "@/lib/views/data-migration/read-migration";
import { answer } from "../../answering";
import { metricsRefusal, ownersRoute } from "../../owners-route";

/** The charts of one run of the session's tenant. */
export const GET = ownersRoute(
  "/api/migration/series",
  async ({ scope, asked: { runId } }) => {
    if (runId === null) return refusal(400, "unknown_run", "Ask for one run with ?run=.");
    const series = await readMigrationSeries(scope, runId, systemClock.nowMs());
    if (!series) return refusal(404, "unknown_run", NO_SUCH_RUN);
    return series.ok ? answer<"migrationSeries">(series.data) : metricsRefusal(series.failure);
  },
  parseRunRequest,
);
