import { answer, answering } from "@/app/api/answering";
import { refuseAccess } from "@/app/api/refuse-access";
import { systemClock } from "@/lib/clock";
import { refusal } from "@/lib/doorway/refusal";
import { readSeries } from "@/lib/signals/read-series";
import { parseSeriesRequest } from "@/lib/signals/series-request";
import { currentAccess } from "@/lib/tenancy/session";

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
