import { z } from "zod";
import { answer, answering } from "@/app/api/answering";
import { refuseAccess } from "@/app/api/refuse-access";
import { systemClock } from "@/lib/clock";
import { refusal } from "@/lib/doorway/refusal";
import { readEpisodeView } from "@/lib/episodes/read-episodes";
import { readEpisodeSeries } from "@/lib/signals/read-episode-series";
import { strayParameter } from "@/lib/signals/series-request";
import { currentAccess } from "@/lib/tenancy/session";

type Context = { params: Promise<{ episode: string }> };

/** What was measured around an alert of the session's tenant. The alert decides which signal and which time. */
export const GET = answering<Context>("/api/alerts/[episode]/series", async (request, { params }) => {
  const stray = strayParameter(new URL(request.url).searchParams, []);
  if (stray) return refusal(400, "unknown_parameter", stray);
  const access = await currentAccess();
  if (access.kind !== "granted") return refuseAccess(access);
  const id = z.uuid().safeParse((await params).episode);
  const episode = id.success ? await readEpisodeView(access.scope, id.data) : null;
  if (!episode) return refusal(404, "no_such_alert", "There is no such alert.");
  const series = await readEpisodeSeries(access.scope, episode, systemClock.nowMs());
  if (series.ok) return answer(series.view);
  return refusal(503, `metrics_${series.failure.code.replaceAll("-", "_")}`, series.failure.message);
});
