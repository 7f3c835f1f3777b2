import { systemClock } from "@/lib/infra/clock";
import { readHealth } from "@/lib/views/health/read-health";
import { answer } from "../answering";
import { ownersRoute } from "../owners-route";

/** The health of the session's tenant. It answers 200 also when the metrics store doesn't: the readings say so. */
export const GET = ownersRoute("/api/health", async ({ scope, tenant }) =>
  answer<"health">(await readHealth(scope, tenant, systemClock.nowMs())),
);
