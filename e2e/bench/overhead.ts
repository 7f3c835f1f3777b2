import pLimit from "p-limit";
import { health } from "./portal-client";
import type { RecordedQuery } from "./proxy";
import { type Measure, median, readable } from "./result";
import { TENANTS } from "./samples";
import { nextSlot, presentInstant } from "./slots";
import type { Stage } from "./stage";

/** As many questions at a time as the portal puts (lib/prometheus/client.ts). */
const CONCURRENT = 16;
const MEASURED_SLOTS = 4;
/** After this long in a slot the last pairs could run into the next. */
const SLOT_USED_MS = 12_000;

type Recording = { instantMs: number; queries: RecordedQuery[] };

/**
 * A cold health view against the bare questions that it puts to Prometheus.
 *
 * The questions are recorded from the portal itself, tenant by tenant, and put again at each measured instant by plain fetch.
 * Both sides go to Prometheus directly. A slot is cold once for each tenant, so that it gives as many pairs as there are
 * tenants; the side that goes first alternates.
 */
export async function measureOverhead(stage: Stage, signal: AbortSignal): Promise<Measure[]> {
  const recordings = await record(stage, signal);
  const { url } = await stage.direct();
  const cookies = new Map<string, string>();
  for (const tenant of TENANTS) cookies.set(tenant, await stage.openSession(tenant));
  const side = {
    portal: async (tenant: string) => {
      const { view, ms } = await health(url, cookies.get(tenant) ?? "");
      return { ms, instantMs: view.asOfMs };
    },
    bare: async (tenant: string, instantMs: number) => {
      const recording = recordings.get(tenant);
      if (!recording) throw new Error(`Nothing was recorded for ${tenant}.`);
      return { ms: await askBare(stage.prometheusUrl, recording, instantMs), instantMs };
    },
  };

  const pairs: { portalMs: number; bareMs: number; warmMs: number }[] = [];
  for (let slot = 0; slot <= MEASURED_SLOTS; slot++) {
    await nextSlot(signal);
    const slotBeganAt = performance.now();
    for (const [index, tenant] of TENANTS.entries()) {
      if (performance.now() - slotBeganAt > SLOT_USED_MS) break;
      const instantMs = presentInstant();
      const portalFirst = (index + slot) % 2 === 0;
      const first = portalFirst ? await side.portal(tenant) : await side.bare(tenant, instantMs);
      const second = portalFirst ? await side.bare(tenant, instantMs) : await side.portal(tenant);
      const [portal, bare] = portalFirst ? [first, second] : [second, first];
      const warm = await side.portal(tenant);
      // The first slot warms both sides up.
      if (slot > 0 && portal.instantMs === instantMs && warm.instantMs === instantMs)
        pairs.push({ portalMs: portal.ms, bareMs: bare.ms, warmMs: warm.ms });
    }
  }
  const portalMs = median(pairs.map((pair) => pair.portalMs));
  const bareMs = median(pairs.map((pair) => pair.bareMs));
  return [
    {
      part: "overhead",
      what: "Cold health view over its bare Prometheus queries",
      value: median(pairs.map((pair) => pair.portalMs / pair.bareMs)),
      unit: "×",
      limit: { atMost: 1.25 },
      detail: `median of ${pairs.length} pairs; ${readable(portalMs)} ms over ${readable(bareMs)} ms; ${recordings.get(TENANTS[0] ?? "")?.queries.length} questions`,
    },
    {
      part: "overhead",
      what: "The same view again, which asks nothing",
      value: median(pairs.map((pair) => pair.warmMs)),
      unit: "ms",
    },
  ];
}

/** What the portal asks for each tenant's health, as it went over the wire. */
async function record(stage: Stage, signal: AbortSignal): Promise<Map<string, Recording>> {
  const { url, proxy } = await stage.counted();
  const recordings = new Map<string, Recording>();
  await nextSlot(signal);
  for (const tenant of TENANTS) {
    const cookie = await stage.openSession(tenant);
    proxy.take();
    const { view } = await health(url, cookie);
    recordings.set(tenant, { instantMs: view.asOfMs, queries: proxy.take() });
  }
  return recordings;
}

async function askBare(prometheusUrl: string, recording: Recording, instantMs: number): Promise<number> {
  const shiftSeconds = (instantMs - recording.instantMs) / 1000;
  const bodies = recording.queries.map(({ path, acceptEncoding, form }) => ({
    path,
    headers: { "accept-encoding": acceptEncoding },
    body: new URLSearchParams(form.map(([name, value]) => [name, shifted(name, value, shiftSeconds)])),
  }));
  const limit = pLimit(CONCURRENT);
  const startedMs = performance.now();
  await Promise.all(
    bodies.map(({ path, headers, body }) =>
      limit(async () => {
        const response = await fetch(`${prometheusUrl}${path}`, { method: "POST", headers, body });
        const text = await response.text();
        if (!response.ok) throw new Error(`Prometheus answered ${response.status}: ${text.slice(0, 300)}`);
      }),
    ),
  );
  return performance.now() - startedMs;
}

function shifted(name: string, value: string, shiftSeconds: number): string {
  return ["time", "start", "end"].includes(name) ? (Number(value) + shiftSeconds).toFixed(3) : value;
}
