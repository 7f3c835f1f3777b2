import { refusal } from "@/lib/doorway/refusal";
import { parseSeriesRequest } from "@/lib/evaluation/series-request";
import { systemClock } from "@/lib/infra/clock";
import { currentAccess } from "@/lib/tenancy/session";
import { readSeries } from "@/lib/views/series/read-series";
import { answer, answering } from "../../../answering";
import { refuseAccess } from "../../../refuse-access";

type Context = { params: Promise<{ signal: string }> };

/** One signal of the session's tenant over a range. Where it can't be asked, the error comes with the last that is known, or null. */
export const GET = answering<Context>("/api/signals/[signal]/series", async (request, { params }) => {
  const { signal } = await params;
  const asked = parseSeriesRequest(signal, new URL(request.url).searchParams);
  if (!asked.ok) return refusal(400, asked.code, asked.message);
  const access = await currentAccess();
  if (access.kind !== "granted") return refuseAccess(access);
  const series = await readSeries(
    access.scope,
    asked.signal,
    asked.range,
    access.tenant.without,
    systemClock.nowMs(),
  );
  if (series.ok) return answer(series.view);
  const code = `metrics_${series.failure.code.replaceAll("-", "_")}`;
  return answer({ error: { code, message: series.failure.message }, last: series.last }, 503);
});
