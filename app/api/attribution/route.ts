import { systemClock } from "@/lib/infra/clock";
import { readAttribution } from "@/lib/views/attribution/read-attribution";
import { answer } from "../answering";
import { ownersRoute } from "../owners-route";

/** Whose problem the open alerts of the session's tenant look like, and the platform's state. */
export const GET = ownersRoute("/api/attribution", async ({ scope }) =>
  answer<"attribution">(await readAttribution(scope, systemClock.nowMs())),
);
