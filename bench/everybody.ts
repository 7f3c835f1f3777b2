import { startPrometheus } from "../testing/prometheus";
import { DONE_WITHIN_MS, eventOf, type FiringEvent, startRelay } from "./event";
import { FIRING_INTERVAL_SECONDS } from "./firing-bundle";
import { fleetSamples } from "./fleet-samples";
import { type Measure, readableNumber } from "./result";

const PART = "everybody";
const TENANTS = 10_000;
const SOME = 500;

type Options = { root: string; signal: AbortSignal };

/** What a worker needs when everybody's alert begins in the same slot: time until it is written and mailed, and memory. */
export async function measureEverybody({ root, signal }: Options): Promise<Measure[]> {
  const nowMs = Date.now();
  const prometheus = await startPrometheus({ openMetrics: fleetSamples(TENANTS, nowMs) });
  const relay = await startRelay(root, signal);
  try {
    const intervalMs = FIRING_INTERVAL_SECONDS * 1000;
    const slotMs = Math.floor(nowMs / intervalMs) * intervalMs;
    const sources = {
      root,
      signal,
      prometheusUrl: prometheus.url,
      smtpUrl: relay.url,
      slotMs,
    };
    const some = await eventOf(sources, { tenants: TENANTS, firing: SOME, workers: 1 });
    const all = await eventOf(sources, { tenants: TENANTS, firing: TENANTS, workers: 1 });
    const two = await eventOf(sources, { tenants: TENANTS, firing: TENANTS, workers: 2 });
    return measuresOf(some, all, two);
  } finally {
    relay.stop();
    await prometheus.stop();
  }
}

function measuresOf(some: FiringEvent, all: FiringEvent, two: FiringEvent): Measure[] {
  const words = ({ writtenMs, firstMs, lastMs, mails }: FiringEvent) =>
    `written after ${readableNumber(writtenMs / 1000)} s, the first mail accepted after ${readableNumber(firstMs / 1000)} s, the last of ${mails} after ${readableNumber(lastMs / 1000)} s`;
  const measure = (
    what: string,
    value: number,
    unit: Measure["unit"],
    atMost: number,
    detail?: string,
  ): Measure => ({
    part: PART,
    what,
    value,
    unit,
    limit: { atMost },
    ...(detail !== undefined && { detail }),
  });
  return [
    measure(
      "Everybody fires: 10,000 states and alerts written",
      all.writtenMs,
      "ms",
      FIRING_INTERVAL_SECONDS * 1000,
      words(all),
    ),
    measure("The first mail accepted", all.firstMs, "ms", 60_000),
    measure("The last of 10,000 mails accepted", all.lastMs, "ms", DONE_WITHIN_MS),
    measure("Memory of the worker, at its highest", all.peakMegabytes, "MB", 256),
    measure("The last mail by two workers, over one", two.lastMs / all.lastMs, "×", 0.8, words(two)),
    measure("500 of 10,000 fire: the last mail accepted", some.lastMs, "ms", 60_000, words(some)),
    measure("Memory of the worker then", some.peakMegabytes, "MB", 256),
  ];
}
