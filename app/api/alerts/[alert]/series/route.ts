import { z } from "zod";
import { refusal } from "@/lib/doorway/refusal";
import { systemClock } from "@/lib/infra/clock";
import { readAlertView } from "@/lib/views/alerts/read-alerts";
import { readAlertSeries } from "@/lib/views/series/read-alert-series";
import { answer } from "../../../answering";
import { metricsRefusal, ownersRoute } from "../../../owners-route";

/** What was measured around an alert of the session's tenant. The alert decides which signal and which time. */
export const GET = ownersRoute<{ alert: string }>("/api/alerts/[alert]/series", async ({ scope, params }) => {
  const id = z.uuid().safeParse(params.alert);
  const alert = id.success ? await readAlertView(scope, id.data) : null;
  if (!alert) return refusal(404, "no_such_alert", "There is no such alert.");
  const series = await readAlertSeries(scope, alert, systemClock.nowMs());
  return series.ok ? answer<"series">(series.view) : metricsRefusal(series.failure);
});
