import type { Bundle } from "@/lib/catalogue/bundle";
import type { Answer, Sample, Series } from "@/lib/prometheus/answer";
import type { Ask } from "./ask";
import { mapAnswer, together } from "./combine";
import type { CapabilityEvent } from "./event";
import { deploymentsOf, eventsIn, restartsOf } from "./events";
import { endingGrid, eventStepSeconds } from "./grid";

/**
 * The deployments and restarts of the `seconds` up to `toMs`, oldest first: three questions.
 *
 * Restarts are looked for at a fixed step, and a container shows only its last one: the list names some of a crash loop faster
 * than the step. The restarts signal says how many there were.
 */
export async function askEvents(
  ask: Ask,
  bundle: Bundle,
  toMs: number,
  seconds: number,
): Promise<Answer<CapabilityEvent[]>> {
  const grid = endingGrid(toMs, seconds, eventStepSeconds(seconds));
  const [deployments, restarts, exitCodes] = await Promise.all([
    ask.instant(bundle.events.deployments, seconds, toMs),
    ask.range(bundle.events.restarts, seconds, grid),
    ask.range(bundle.events.exitCodes, seconds, grid),
  ]);
  const answer = together<{ deployments: Sample[]; restarts: Series[]; exitCodes: Series[] }>({
    deployments,
    restarts,
    exitCodes,
  });
  const period = { fromMs: toMs - seconds * 1000, toMs };
  return mapAnswer(answer, (data) =>
    eventsIn(period, [...deploymentsOf(data.deployments), ...restartsOf(data.restarts, data.exitCodes)]),
  );
}
