import { NO_SUCH_RUN, parseRunRequest } from "@/lib/data-migrations/run-request";
import { refusal } from "@/lib/doorway/refusal";
import { systemClock } from "@/lib/infra/clock";
import { readMigration } from "@/lib/views/data-migration/read-migration";
import { answer } from "../answering";
import { ownersRoute } from "../owners-route";

/** The migrations of the session's tenant. It answers 200 also when the metrics store doesn't: `failed` says so. */
export const GET = ownersRoute(
  "/api/migration",
  async ({ scope, tenant, asked }) => {
    const view = await readMigration(scope, tenant, asked.runId, systemClock.nowMs());
    return view ? answer<"migration">(view) : refusal(404, "unknown_run", NO_SUCH_RUN);
  },
  parseRunRequest,
);
