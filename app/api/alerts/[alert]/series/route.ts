import { z } from "zod";
import { refusal } from "@/lib/doorway/refusal";
import { strayParameter } from "@/lib/evaluation/series-request";
import { systemClock } from "@/lib/infra/clock";
import { currentAccess } from "@/lib/tenancy/session";
import { readAlertView } from "@/lib/views/alerts/read-alerts";
import { readAlertSeries } from "@/lib/views/series/read-alert-series";
import { answer, answering } from "../../../answering";
import { refuseAccess } from "../../../refuse-access";

type Context = { params: Promise<{ alert: string }> };

/** What was measured around an alert of the session's tenant. The alert decides which signal and which time. */
export const GET = answering<Context>("/api/alerts/[alert]/series", async (request, { params }) => {
  const stray = strayParameter(new URL(request.url).searchParams, []);
  if (stray) return refusal(400, "unknown_parameter", stray);
  const access = await currentAccess();
  if (access.kind !== "granted") return refuseAccess(access);
  const id = z.uuid().safeParse((await params).alert);
  const alert = id.success ? await readAlertView(access.scope, id.data) : null;
  if (!alert) return refusal(404, "no_such_alert", "There is no such alert.");
  const series = await readAlertSeries(access.scope, alert, systemClock.nowMs());
  if (series.ok) return answer(series.view);
  return refusal(503, `metrics_${series.failure.code.replaceAll("-", "_")}`, series.failure.message);
});
