import { DURATION_BUCKETS } from "@/demo/platform/characters";

/** As the default bundle of a platform that scrapes every minute: a quarter of the samples, the same number of series. */
export const FLEET_SCRAPE_SECONDS = 60;

/** Enough for a window of five minutes at the first slot. */
const PAST_SECONDS = 8 * 60;
/** Until then Prometheus's own rules, which judge the present, find samples. */
const FUTURE_SECONDS = 10 * 60;

const MEMORY_LIMIT_BYTES = 512_000_000;
/** Every hundredth tenant crosses its memory threshold every other scrape: a cycle has some changes to write, and no mail. */
const RESTLESS_EVERY = 100;
/** Share of requests answered within each bound of the histogram. */
const BELOW = [0.2, 0.4, 0.6, 0.8, 0.95, 0.99, 1, 1, 1, 1];

export const fleetTenant = (index: number) => `tenant-${String(index).padStart(5, "0")}`;

/** How many containers each tenant has, and whether every hundredth exposes what no query can use. */
export type FleetMake = { parts: number; isHostile: boolean };

type Sample = { labels?: string; value: number };
type Family = {
  name: string;
  /** @param nth the sample's place in time, from 0 */
  samples(tenant: number, nth: number, make: FleetMake): Sample[];
};

const pod = 'pod="web-0",container="web"';
const podsOf = ({ parts }: FleetMake) =>
  Array.from({ length: parts }, (_, part) => `pod="web-${part}",container="web"`);
const isEvil = (tenant: number, { isHostile }: FleetMake) => isHostile && tenant % RESTLESS_EVERY === 1;
/** Bounds that are no numbers, and one series a bound, as many as a careless service has. */
const EVIL_BOUNDS = ["fast", "", "NaN", ...Array.from({ length: 50 }, (_, nth) => `${nth / 7}`)];

const FAMILIES: Family[] = [
  { name: "probe_success", samples: () => [{ value: 1 }] },
  {
    name: "http_request_duration_seconds_bucket",
    samples: (tenant, nth, make) => [
      ...[...DURATION_BUCKETS.map(String), "+Inf"].map((le, index) => ({
        labels: `${pod},code="200",le="${le}"`,
        value: Math.floor(nth * 300 * (BELOW[index] ?? 1)),
      })),
      ...(isEvil(tenant, make) ? EVIL_BOUNDS : []).map((le) => ({
        labels: `${pod},code="evil",le="${le}"`,
        value: nth,
      })),
    ],
  },
  {
    name: "http_request_duration_seconds_count",
    samples: (_, nth) => [
      { labels: `${pod},code="200"`, value: nth * 300 },
      { labels: `${pod},code="500"`, value: nth },
    ],
  },
  {
    name: "container_cpu_usage_seconds_total",
    samples: (_, nth, make) => podsOf(make).map((labels) => ({ labels, value: nth * 12 })),
  },
  {
    name: "container_memory_working_set_bytes",
    samples: (tenant, nth, make) =>
      podsOf(make).map((labels, part) => ({
        labels,
        value:
          MEMORY_LIMIT_BYTES * (part === 0 && tenant % RESTLESS_EVERY === 0 && nth % 2 === 0 ? 0.95 : 0.5),
      })),
  },
  {
    name: "kube_pod_container_resource_limits",
    samples: (_, __, make) =>
      podsOf(make).flatMap((labels) => [
        { labels: `${labels},resource="cpu"`, value: 1 },
        { labels: `${labels},resource="memory"`, value: MEMORY_LIMIT_BYTES },
      ]),
  },
  {
    name: "kube_pod_container_status_restarts_total",
    samples: () => [{ labels: pod, value: 0 }],
  },
  {
    name: "kube_pod_info",
    samples: () => [{ labels: 'namespace="web",pod="web-0",created_by_kind="ReplicaSet"', value: 1 }],
  },
  {
    name: "kube_deployment_spec_replicas",
    samples: () => [{ labels: 'namespace="web",deployment="web"', value: 1 }],
  },
  {
    name: "kube_deployment_status_replicas_ready",
    samples: () => [{ labels: 'namespace="web",deployment="web"', value: 1 }],
  },
  { name: "kubelet_volume_stats_used_bytes", samples: (_, nth) => [{ value: 3e9 + nth * 1000 }] },
  { name: "kubelet_volume_stats_capacity_bytes", samples: () => [{ value: 1e10 }] },
];

/**
 * So many tenants of some twenty series each, in OpenMetrics, in parts that fit into memory.
 * @param nowMs the samples reach from a few minutes before to a few after it
 */
export function* fleetSamples(
  tenants: number,
  nowMs: number,
  make: FleetMake = { parts: 1, isHostile: false },
): Generator<string> {
  const stepMs = FLEET_SCRAPE_SECONDS * 1000;
  const fromMs = Math.floor((nowMs - PAST_SECONDS * 1000) / stepMs) * stepMs;
  const length = (PAST_SECONDS + FUTURE_SECONDS) / FLEET_SCRAPE_SECONDS;
  const times = Array.from({ length }, (_, nth) => (fromMs + nth * stepMs) / 1000);
  for (const { name, samples } of FAMILIES) {
    for (let tenant = 0; tenant < tenants; tenant++) {
      const id = `tenant="${fleetTenant(tenant)}"`;
      let part = "";
      for (const [nth, at] of times.entries())
        for (const { labels, value } of samples(tenant, nth, make))
          part += `${name}{${labels ? `${id},${labels}` : id}} ${value} ${at}\n`;
      yield part;
    }
  }
  yield "# EOF\n";
}
