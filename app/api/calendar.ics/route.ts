import { refusal } from "@/lib/doorway/refusal";
import { systemClock } from "@/lib/infra/clock";
import { readCalendar } from "@/lib/views/calendar/read-calendar";
import { ownersRoute } from "../owners-route";

/** The dates that lie ahead of the session's tenant, for a calendar. */
export const GET = ownersRoute("/api/calendar.ics", async ({ scope, tenant }) => {
  const file = await readCalendar(scope, tenant, systemClock.nowMs());
  if (file === null) return refusal(404, "not_found", "No date lies ahead.");
  return new Response(file, {
    headers: {
      "Content-Type": "text/calendar; charset=utf-8",
      "Content-Disposition": `attachment; filename="watchpost-${scope.tenantId}.ics"`,
      "Cache-Control": "no-store",
    },
  });
});
