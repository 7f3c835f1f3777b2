import { systemClock } from "@/lib/infra/clock";
import { readAlertsCsv } from "@/lib/views/alerts/read-alerts-csv";
import { ownersRoute } from "../../owners-route";

/** The alerts of the session's tenant as a table to keep. */
export const GET = ownersRoute("/api/alerts/episodes.csv", async ({ scope }) => {
  const pieces = readAlertsCsv(scope);
  // The first piece comes before the head of the answer: a lost database is then answered with an error, not
  // with an empty file.
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
      "Content-Disposition": `attachment; filename="watchpost-${scope.tenantId}-alerts-${day}.csv"`,
      "Cache-Control": "no-store",
    },
  });
});
