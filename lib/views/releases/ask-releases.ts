import type { Bundle } from "@/lib/catalogue/bundle";
import type { Ask } from "@/lib/evaluation/ask";
import { mapAnswer } from "@/lib/evaluation/combine";
import { deploymentsOf } from "@/lib/evaluation/events";
import type { Answer } from "@/lib/prometheus/answer";
import { type Release, releasesOf } from "@/lib/releases/releases";

/**
 * The releases of a time, oldest first: one question. The same one for every viewer, if both ends are on a grid.
 * @param fromMs after it
 * @param toMs up to and including it
 */
export async function askReleases(
  ask: Ask,
  { events }: Bundle,
  { fromMs, toMs }: { fromMs: number; toMs: number },
): Promise<Answer<Release[]>> {
  const answer = await ask.instant(events.deployments, (toMs - fromMs) / 1000, toMs);
  return mapAnswer(answer, (samples) =>
    releasesOf(deploymentsOf(samples).filter(({ atMs }) => atMs > fromMs && atMs <= toMs)),
  );
}
