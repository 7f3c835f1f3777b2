import { health, load } from "./portal-client";
import { type Measure, median, quantile, readableNumber } from "./result";
import { BENCH_TENANTS } from "./samples";
import { presentInstant, roomInSlot } from "./slots";
import type { BenchProcess, BenchStage } from "./stage";

const VIEWERS_PER_TENANT = 10;
const CLIENTS = 20;
/** Few enough that a round ends before the slot does, on a busy machine too. */
const REQUESTS = 100;
const PAIRS = 21;
const ROUND_MS = 6_000;
/** Rounds that ran into the next slot, and so measured a cold view too, don't count; this many in all are tried. */
const ATTEMPTS = 3 * PAIRS;

/**
 * A health view that others have asked for already, against the cheapest answer of the same server, by the same number of
 * clients, in turns. Both pass proxy.ts and Next's router; the constant asks nothing.
 */
export async function measureWarm(stage: BenchStage, signal: AbortSignal): Promise<Measure[]> {
  const portal = await stage.direct();
  const cookies: string[] = [];
  for (let nth = 0; nth < VIEWERS_PER_TENANT; nth++) {
    for (const tenant of BENCH_TENANTS) cookies.push(await stage.openSession(tenant));
  }
  // The first request of a session binds it to its tenant, once in its life.
  for (const cookie of cookies) await health(portal.url, cookie);

  const view = (nth: number) => ({ path: "/api/health", cookie: cookies[nth % cookies.length] });
  const constant = () => ({ path: "/healthz" });
  const shape = { clients: CLIENTS, requests: REQUESTS };
  for (let round = 0; round < 3; round++) {
    await load(portal.url, shape, view);
    await load(portal.url, shape, constant);
  }

  const pairs: { viewMs: number; constantMs: number }[] = [];
  for (let attempt = 0; attempt < ATTEMPTS && pairs.length < PAIRS; attempt++) {
    signal.throwIfAborted();
    await roomInSlot(ROUND_MS, signal);
    const slot = presentInstant();
    const constantMs = quantile(await load(portal.url, shape, constant), 0.95);
    for (const cookie of cookies.slice(0, BENCH_TENANTS.length)) await health(portal.url, cookie);
    const viewMs = quantile(await load(portal.url, shape, view), 0.95);
    if (presentInstant() === slot) pairs.push({ viewMs, constantMs });
  }
  const viewMs = median(pairs.map((pair) => pair.viewMs));
  const constantMs = median(pairs.map((pair) => pair.constantMs));
  return [
    {
      part: "warm",
      what: "p95 of a warm /api/health over that of a constant",
      value: median(pairs.map((pair) => pair.viewMs / pair.constantMs)),
      unit: "×",
      limit: { atMost: 4 },
      detail: `median of ${pairs.length} pairs of ${REQUESTS} requests by ${CLIENTS} clients, 200 sessions; ${readableNumber(viewMs)} ms over ${readableNumber(constantMs)} ms`,
    },
    {
      part: "warm",
      what: "Memory of the web process after that",
      value: await residentMegabytes(portal),
      unit: "MB",
    },
  ];
}

async function residentMegabytes({ url, metricsToken }: BenchProcess): Promise<number> {
  const response = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${metricsToken}` } });
  const bytes = /^process_resident_memory_bytes (\S+)$/m.exec(await response.text())?.[1];
  return Number(bytes) / 1e6;
}
