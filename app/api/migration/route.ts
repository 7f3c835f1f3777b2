import { NO_SUCH_RUN, parseRunRequest } from "@/lib/data-migrations/run-request";
import { refusal } from "@/lib/doorway/refusal";
import { systemClock } from "@/lib/infra/clock";
import { currentAccess } from "@/lib/tenancy/session";
import { readMigration } from "@/lib/views/data-migration/read-migration";
import { answer, answering } from "../answering";
import { refuseAccess } from "../refuse-access";

/** The migrations of the session's tenant. It answers 200 also when the metrics store doesn't: `failed` says so. */
export const GET = answering("/api/migration", async (request) => {
  const asked = parseRunRequest(new URL(request.url).searchParams);
  if (!asked.ok) return refusal(400, asked.code, asked.message);
  const access = await currentAccess();
  if (access.kind !== "granted") return refuseAccess(access);
  const view = await readMigration(access.scope, access.tenant, asked.runId, systemClock.nowMs());
  return view ? answer(view) : refusal(404, "unknown_run", NO_SUCH_RUN);
});
