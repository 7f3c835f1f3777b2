import { BOUNDS, healthyCapability, requestsOf } from "../capability";
import { again, constantly, exportersOf, type StockSeries } from "../exporters";
import { type Scenario, STOCK_NOW_MS } from "../scenario";

const ofRequests = ({ name }: StockSeries) => name.startsWith("http_request_duration_seconds");

/** The healthy capability with other requests. */
const withRequests = (id: string, ...requests: StockSeries[][]): StockSeries[] => [
  ...healthyCapability(id, STOCK_NOW_MS).filter((each) => !ofRequests(each)),
  ...requests.flat(),
];

const requests = (
  id: string,
  perSecond: number,
  seconds: number,
  more: { service?: string; bounds?: number[] } = {},
) =>
  requestsOf(exportersOf(id), {
    service: more.service ?? "web",
    pod: `${more.service ?? "web"}-1-${seconds === 0.2 ? "quick" : "slow"}`,
    perSecond,
    seconds,
    bounds: more.bounds ?? BOUNDS,
  });

const withoutSum = (series: readonly StockSeries[]) => series.filter(({ name }) => !name.endsWith("_sum"));

/** The probe of the healthy capability, failing at the scrapes after these minutes. */
function withProbes(id: string, probes: StockSeries[]): StockSeries[] {
  return [...healthyCapability(id, STOCK_NOW_MS).filter(({ name }) => name !== "probe_success"), ...probes];
}

const failsOnce: StockSeries["at"] = (minute) => (minute > -2 && minute <= -1.75 ? 0 : 1);

export const PROBES_AND_LATENCY: readonly Scenario[] = [
  {
    id: "one-lost-probe",
    what: "one probe of twenty failed",
    why: "19 of 20 is 95 %, which is within the default threshold.",
    series: withProbes("one-lost-probe", [
      exportersOf("one-lost-probe").probe("https://a.example/", failsOnce),
    ]),
    expected: { "availability/availability": 0.95 },
  },
  {
    id: "one-dead-target",
    what: "one of four addresses is down, and has been for long",
    why: "The worst counts: an average would be 75 %, and of a hundred addresses 99 %.",
    series: withProbes("one-dead-target", [
      ...["a", "b", "c"].map((host) =>
        exportersOf("one-dead-target").probe(`https://${host}.example/`, constantly(1)),
      ),
      exportersOf("one-dead-target").probe("https://d.example/", constantly(0)),
    ]),
    expected: { "availability/availability": 0 },
  },
  {
    id: "one-prober-cut-off",
    what: "of a pair of Prometheus one can't reach the prober",
    why: "The other reaches the capability: it is up.",
    series: withProbes("one-prober-cut-off", [
      ...again([exportersOf("one-prober-cut-off").probe("https://a.example/", constantly(1))], {
        replica: "a",
      }),
      ...again([exportersOf("one-prober-cut-off").probe("https://a.example/", constantly(0))], {
        replica: "b",
      }),
    ]),
  },
  {
    id: "all-beyond-the-buckets",
    what: "each request takes 30 s, and the highest bucket is of 0.5 s",
    why: "The quantile stops at 0.5 s. The mean of what lies above is 30 s.",
    series: withRequests(
      "all-beyond-the-buckets",
      requests("all-beyond-the-buckets", 4, 30, { bounds: [0.1, 0.25, 0.5] }),
    ),
    expected: { "latency/p50": 30, "latency/p95": 30, "latency/p99": 30 },
  },
  {
    id: "a-tenth-beyond",
    what: "a tenth of the requests takes 30 s, and the highest bucket is of 0.5 s",
    why: "(0.9 x 0.2 s + 0.1 x 30 s - 0.9 x 0.5 s) / 0.1 = 27.3 s at least, on average. The middle isn't touched.",
    series: withRequests(
      "a-tenth-beyond",
      requests("a-tenth-beyond", 3.6, 0.2, { bounds: [0.1, 0.25, 0.5] }),
      requests("a-tenth-beyond", 0.4, 30, { bounds: [0.1, 0.25, 0.5] }),
    ),
    // Of 100, 90 lie between 0.1 and 0.25 s: the fiftieth at 0.1 + 0.15 x 50 / 90.
    expected: { "latency/p50": 0.1833, "latency/p95": 27.3, "latency/p99": 27.3 },
  },
  {
    id: "a-hundredth-beyond",
    what: "two of a hundred requests take 30 s, and the highest bucket is of 0.5 s",
    why: "95 of 100 are in the buckets: p95 is known. p99 isn't.",
    series: withRequests(
      "a-hundredth-beyond",
      requests("a-hundredth-beyond", 3.92, 0.2, { bounds: [0.1, 0.25, 0.5] }),
      requests("a-hundredth-beyond", 0.08, 30, { bounds: [0.1, 0.25, 0.5] }),
    ),
    // 0.1 + 0.15 x 95 / 98; and (0.98 x 0.2 + 0.02 x 30 - 0.98 x 0.5) / 0.02.
    expected: { "latency/p50": 0.1765, "latency/p95": 0.2454, "latency/p99": 15.3 },
  },
  {
    id: "just-beyond",
    what: "each request takes 0.6 s, a little above the highest bucket",
    why: "What is known is 0.6 s on average.",
    series: withRequests("just-beyond", requests("just-beyond", 4, 0.6, { bounds: [0.1, 0.25, 0.5] })),
    expected: { "latency/p50": 0.6, "latency/p95": 0.6, "latency/p99": 0.6 },
  },
  {
    id: "beyond-without-sum",
    what: "each request takes 30 s, and the service has no sum of them",
    why: "At least the highest bound is all that is known.",
    series: withRequests(
      "beyond-without-sum",
      withoutSum(requests("beyond-without-sum", 4, 30, { bounds: [0.1, 0.25, 0.5] })),
    ),
    expected: { "latency/p50": 0.5, "latency/p95": 0.5, "latency/p99": 0.5, "highest latency/p95": 0.5 },
  },
  {
    id: "two-layouts-without-sum",
    what: "two services have no sum, and the highest bucket of one is 5 s, of the other 10 s",
    why: "A threshold between them can still be breached by one of the two.",
    series: withRequests(
      "two-layouts-without-sum",
      withoutSum(requests("two-layouts-without-sum", 4, 0.2)),
      withoutSum(requests("two-layouts-without-sum", 4, 0.2, { service: "api", bounds: [0.25, 10] })),
    ),
    expected: {
      "latency/p95": 0.2425,
      "latency/p99": 0.2485,
      "latency/p50": 0.175,
      "highest latency/p95": 10,
    },
  },
  {
    id: "sum-of-one-service",
    what: "one of two services has a sum, the other has none and answers nothing",
    why: "What is slower than the buckets is known of one: nothing bounds the line. No traffic says nothing of the buckets.",
    series: withRequests(
      "sum-of-one-service",
      requests("sum-of-one-service", 4, 0.2),
      withoutSum(requests("sum-of-one-service", 0, 0.2, { service: "api" })),
    ),
  },
  {
    id: "two-layouts",
    what: "two services of requests of 0.2 s have other buckets: up to 5 s, and of 0.25 and 10 s alone",
    why: "By service the slower reads 0.2375 s; summed, the bounds of one would count the other's requests for nothing.",
    series: withRequests(
      "two-layouts",
      requests("two-layouts", 4, 0.2),
      requests("two-layouts", 4, 0.2, { service: "api", bounds: [0.25, 10] }),
    ),
    // web: 0.1 + 0.15 x 0.95; api: from 0, 0.25 x 0.95 = 0.2375. p50 of web 0.175, of api 0.125.
    expected: { "latency/p95": 0.2425, "latency/p99": 0.2485, "latency/p50": 0.175 },
  },
  {
    id: "slow-service",
    what: "one of two services takes 4 s, and answers a hundredth of all requests",
    why: "The slowest service counts, however much the other one answers.",
    series: withRequests(
      "slow-service",
      requests("slow-service", 4, 0.2),
      requests("slow-service", 0.04, 4, { service: "api" }),
    ),
    expected: { "latency/p50": 3.75, "latency/p95": 4.875, "latency/p99": 4.975 },
  },
  {
    id: "idle-service",
    what: "one of two services gets no requests",
    why: "The quantile of nothing is no number, and isn't the worst.",
    series: withRequests(
      "idle-service",
      requests("idle-service", 4, 0.2),
      requests("idle-service", 0, 0.3, { service: "api" }),
    ),
  },
];
