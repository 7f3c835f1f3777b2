import { setTimeout as sleep } from "node:timers/promises";
import { health } from "./portal-client";
import type { Measure } from "./result";
import { BENCH_SCRAPE_SECONDS, BENCH_TENANTS } from "./samples";
import { nextSlot } from "./slots";
import type { BenchProcess, BenchStage } from "./stage";

/** How often a page that is looked at asks (components/health/freshness.ts). */
const POLL_EVERY_MS = 15_000;
const SLOTS = 4;
const CHART_RANGE = "1h";

/** How many questions reach Prometheus, and whether they grow with viewers. Counted at a proxy in front of it. */
export async function measureSharing(stage: BenchStage, signal: AbortSignal): Promise<Measure[]> {
  const { proxy, ...portal } = await stage.counted();
  const second = await secondViewer(stage, signal);

  const perMinute: number[] = [];
  for (const viewersPerTenant of [1, 10]) {
    const cookies: string[] = [];
    for (let nth = 0; nth < viewersPerTenant; nth++) {
      for (const tenant of BENCH_TENANTS) cookies.push(await stage.openSession(tenant));
    }
    await nextSlot(signal);
    proxy.take();
    await Promise.all(cookies.map((cookie, nth) => watch(portal, cookie, nth / cookies.length, signal)));
    perMinute.push(proxy.take().length / ((SLOTS * BENCH_SCRAPE_SECONDS) / 60));
  }
  const [few = Number.NaN, many = Number.NaN] = perMinute;
  return [
    ...second,
    {
      part: "sharing",
      what: "Queries of 200 viewers over those of 20, of 20 tenants",
      value: many / few,
      unit: "×",
      limit: { atMost: 1.1 },
      detail: `${Math.round(many)} and ${Math.round(few)} queries a minute: health every 15 s, and a chart`,
    },
  ];
}

async function secondViewer(stage: BenchStage, signal: AbortSignal): Promise<Measure[]> {
  const { url, proxy } = await stage.counted();
  const tenant = BENCH_TENANTS[0] ?? "";
  const [first, second] = [await stage.openSession(tenant), await stage.openSession(tenant)];
  const page = async (cookie: string) => {
    const response = await fetch(url, { headers: { cookie } });
    await response.text();
    if (response.status !== 200 || response.redirected) throw new Error("The health page did not open.");
  };
  await nextSlot(signal);
  proxy.take();
  await health(url, first);
  const needed = proxy.take().length;
  await health(url, second);
  const again = proxy.take().length;
  await page(first);
  const neededByPage = proxy.take().length;
  await page(second);
  const pageAgain = proxy.take().length;
  const limit = { atMost: 0 };
  return [
    {
      part: "sharing",
      what: "Queries of a second viewer's health view within the step",
      value: again,
      unit: "queries",
      limit,
      detail: `the first viewer's: ${needed}`,
    },
    {
      part: "sharing",
      what: "Queries of a second viewer's health page within the step",
      value: pageAgain,
      unit: "queries",
      limit,
      detail: `the first viewer's, after a health view: ${neededByPage}`,
    },
  ];
}

/** One viewer's page: asks at its own moment of the interval, health each time and a chart now and then. */
async function watch(
  { url }: BenchProcess,
  cookie: string,
  phase: number,
  signal: AbortSignal,
): Promise<void> {
  const beganAt = performance.now();
  for (let round = 0; round < SLOTS; round++) {
    // Well inside each slot: the first and the last poll of a round must not count for a slot that others never see.
    const dueMs = round * POLL_EVERY_MS + 500 + phase * (POLL_EVERY_MS - 4_000);
    await sleep(Math.max(0, dueMs - (performance.now() - beganAt)), undefined, { signal });
    await health(url, cookie);
    if (round % 2 === 0) {
      const chart = await fetch(`${url}/api/signals/latency/series?range=${CHART_RANGE}`, {
        headers: { cookie },
      });
      await chart.text();
      if (!chart.ok) throw new Error(`A chart's series answered ${chart.status}.`);
    }
  }
}
