import { systemClock } from "@/lib/infra/clock";
import { readTimeline } from "@/lib/views/timeline/read-timeline";
import { answer } from "../answering";
import { ownersRoute } from "../owners-route";

/** The timeline of the session's tenant. It answers 200 also when the metrics store doesn't: its sections say so. */
export const GET = ownersRoute("/api/timeline", async ({ scope }) =>
  answer<"timeline">(await readTimeline(scope, systemClock.nowMs())),
);
