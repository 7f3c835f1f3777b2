import { readReadiness } from "@/lib/readiness/readiness";
import { providerFault } from "@/lib/tenancy/provider-health";
import { answering } from "../api/answering";

export const dynamic = "force-dynamic";

/** Whether this process can serve owners, and what is missing. 503 keeps it out of a load balancer. */
export const GET = answering("/readyz", async () => {
  const report = await readReadiness(providerFault);
  return Response.json(report, {
    status: report.ready ? 200 : 503,
    headers: { "Cache-Control": "no-store" },
  });
});
