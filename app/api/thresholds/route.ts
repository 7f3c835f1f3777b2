import { refusal } from "@/lib/doorway/refusal";
import { WITHOUT_BUNDLE } from "@/lib/evaluation/without-bundle";
import { readThresholds } from "@/lib/views/thresholds/read-thresholds";
import { answer } from "../answering";
import { ownersRoute } from "../owners-route";

/** The thresholds of the session's tenant, the platform's defaults and the audit trail. */
export const GET = ownersRoute("/api/thresholds", async ({ scope, tenant }) => {
  const view = await readThresholds(scope, tenant.without);
  return view ? answer<"thresholds">(view) : refusal(503, "no_definitions", WITHOUT_BUNDLE.message);
});
