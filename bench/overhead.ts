import { askBare, type BareQuestion } from "./bare";
import { health } from "./portal-client";
import type { RecordedQuery } from "./proxy";
import { type Measure, median, readableNumber } from "./result";
import { BENCH_TENANTS, ORDINARY_TENANTS } from "./samples";
import { nextSlot, presentInstant } from "./slots";
import type { BenchStage } from "./stage";

/** As many questions at a time as the portal puts (lib/prometheus/client.ts). */
const CONCURRENT = 16;
const ORDINARY_SLOTS = 5;
const SMALL_SLOTS = 2;
/** After this long in a slot the last pairs could run into the next. */
const SLOT_USED_MS = 12_000;

type Recording = { instantMs: number; queries: RecordedQuery[] };

type Pair = { portalMs: number; bareMs: number; warmMs: number };

/**
 * A cold health view against the bare questions that it puts to Prometheus.
 *
 * The questions are recorded from the portal itself, tenant by tenant, and put again at each measured instant by plain fetch.
 * Both sides go to Prometheus directly. A slot is cold once for each tenant, so that it gives as many pairs as there are
 * tenants; the side that goes first alternates.
 *
 * The portal's own share doesn't grow with what Prometheus has to do. So the limit is held against a capability of an ordinary
 * size, and a small one, where that share weighs most, is shown beside it.
 */
export async function measureOverhead(stage: BenchStage, signal: AbortSignal): Promise<Measure[]> {
  const ordinary = await pairsOf(stage, ORDINARY_TENANTS, ORDINARY_SLOTS, signal);
  const small = await pairsOf(stage, BENCH_TENANTS, SMALL_SLOTS, signal);
  return [
    {
      part: "overhead",
      what: "Cold health view over its bare Prometheus queries",
      value: median(ordinary.map(({ portalMs, bareMs }) => portalMs / bareMs)),
      unit: "×",
      limit: { atMost: 1.25 },
      detail: `700 series; ${detailOf(ordinary)}`,
    },
    {
      part: "overhead",
      what: "The same of a small capability",
      value: median(small.map(({ portalMs, bareMs }) => portalMs / bareMs)),
      unit: "×",
      detail: `100 series; ${detailOf(small)}`,
    },
  ];
}

function detailOf(pairs: Pair[]): string {
  const of = (side: keyof Pair) => readableNumber(median(pairs.map((pair) => pair[side])));
  return `median of ${pairs.length} pairs; ${of("portalMs")} ms over ${of("bareMs")} ms; asking nothing, ${of("warmMs")} ms`;
}

async function pairsOf(
  stage: BenchStage,
  tenants: readonly string[],
  slots: number,
  signal: AbortSignal,
): Promise<Pair[]> {
  const recordings = await record(stage, tenants, signal);
  const { url } = await stage.direct();
  const cookies = new Map<string, string>();
  for (const tenant of tenants) cookies.set(tenant, await stage.openSession(tenant));
  const portal = async (tenant: string) => {
    const { view, ms } = await health(url, cookies.get(tenant) ?? "");
    return { ms, instantMs: view.asOfMs };
  };
  const bare = async (tenant: string, instantMs: number) => {
    const recording = recordings.get(tenant);
    if (!recording) throw new Error(`Nothing was recorded for ${tenant}.`);
    return askBare(stage.prometheusUrl, questionsAt(recording, instantMs), CONCURRENT);
  };

  const pairs: Pair[] = [];
  for (let slot = 0; slot <= slots; slot++) {
    await nextSlot(signal);
    const slotBeganAt = performance.now();
    for (const [index, tenant] of tenants.entries()) {
      if (performance.now() - slotBeganAt > SLOT_USED_MS) break;
      const instantMs = presentInstant();
      const bareFirst = (index + slot) % 2 === 1 ? await bare(tenant, instantMs) : null;
      const cold = await portal(tenant);
      const bareMs = bareFirst ?? (await bare(tenant, instantMs));
      const warm = await portal(tenant);
      // The first slot warms both sides up.
      if (slot > 0 && cold.instantMs === instantMs && warm.instantMs === instantMs)
        pairs.push({ portalMs: cold.ms, bareMs, warmMs: warm.ms });
    }
  }
  return pairs;
}

/** What the portal asks for each tenant's health, as it went over the wire. */
async function record(
  stage: BenchStage,
  tenants: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, Recording>> {
  const { url, proxy } = await stage.counted();
  const recordings = new Map<string, Recording>();
  await nextSlot(signal);
  for (const tenant of tenants) {
    const cookie = await stage.openSession(tenant);
    proxy.take();
    const { view } = await health(url, cookie);
    recordings.set(tenant, { instantMs: view.asOfMs, queries: proxy.take() });
  }
  return recordings;
}

/** The recorded questions, put for another instant. */
function questionsAt({ instantMs, queries }: Recording, atMs: number): BareQuestion[] {
  const shiftSeconds = (atMs - instantMs) / 1000;
  return queries.map(({ path, form }) => ({
    path,
    form: new URLSearchParams(form.map(([name, value]) => [name, shifted(name, value, shiftSeconds)])),
  }));
}

function shifted(name: string, value: string, shiftSeconds: number): string {
  return ["time", "start", "end"].includes(name) ? (Number(value) + shiftSeconds).toFixed(3) : value;
}
