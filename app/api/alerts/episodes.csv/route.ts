import { refusal } from "@/lib/doorway/refusal";
import { strayParameter } from "@/lib/evaluation/series-request";
import { systemClock } from "@/lib/infra/clock";
import { currentAccess } from "@/lib/tenancy/session";
import { readAlertsCsv } from "@/lib/views/alerts/read-alerts-csv";
import { answering } from "../../answering";
import { refuseAccess } from "../../refuse-access";

/** The alerts of the session's tenant as a table to keep. */
export const GET = answering("/api/alerts/episodes.csv", async (request) => {
  const stray = strayParameter(new URL(request.url).searchParams, []);
  if (stray) return refusal(400, "unknown_parameter", stray);
  const access = await currentAccess();
  if (access.kind !== "granted") return refuseAccess(access);
  const pieces = readAlertsCsv(access.scope);
  // The first piece before the head of the answer: a database that is away is then told as an error, and not as an empty file.
  let piece = await pieces.next();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (piece.done) return controller.close();
      controller.enqueue(new TextEncoder().encode(piece.value));
      piece = await pieces.next();
    },
    cancel: async () => {
      await pieces.return();
    },
  });
  const day = new Date(systemClock.nowMs()).toISOString().slice(0, 10);
  return new Response(body, {
    headers: {
      "Content-Type": "text/csv; charset=utf-8; header=present",
      "Content-Disposition": `attachment; filename="watchpost-${access.scope.tenantId}-alerts-${day}.csv"`,
      "Cache-Control": "no-store",
    },
  });
});
