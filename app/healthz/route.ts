import { isPortalAlive } from "@/lib/readiness/readiness";

export const dynamic = "force-dynamic";

/**
 * The process is alive and answers. No dependency's fault restarts it: 503 only where its own connections to the database have been
 * silent for long while the database answers on a new one.
 */
export function GET(): Response {
  const alive = isPortalAlive();
  return new Response(alive ? "ok\n" : "The connections to the database hang; a restart opens new ones.\n", {
    status: alive ? 200 : 503,
    headers: { "Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store" },
  });
}
