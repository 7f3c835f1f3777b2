import { BOUNDS, healthyCapability, podOf, requestsOf, volumeOf } from "../capability";
import { constantly, exportersOf, growing, type StockSeries } from "../exporters";
import { type Scenario, STOCK_NOW_MS } from "../scenario";

const NAME = "http_request_duration_seconds";
const ofRequests = ({ name }: StockSeries) => name.startsWith(NAME);
const withoutRequests = (id: string) =>
  healthyCapability(id, STOCK_NOW_MS).filter((each) => !ofRequests(each));
const renamed = (series: readonly StockSeries[], change: (labels: Record<string, string>) => object) =>
  series.map((each) => ({ ...each, labels: change(each.labels) as Record<string, string> }));

/** Requests as an application's library labels them: the status under a name of its own, or not at all. */
function withStatus(id: string, label: string | null, good: string, bad: string): StockSeries[] {
  const of = (code: string, pod: string) =>
    renamed(
      requestsOf(exportersOf(id), { service: "web", pod, code, perSecond: 2, seconds: 0.2, bounds: BOUNDS }),
      ({ code: value, ...labels }) => (label === null ? { ...labels, pod } : { ...labels, [label]: value }),
    );
  return [...withoutRequests(id), ...of(good, "web-1-aaaaa"), ...of(bad, "web-1-bbbbb")];
}

/** Whole numbers as client_java and Prometheus 3 write them: 5.0. */
const asFloats = (series: readonly StockSeries[]) =>
  renamed(series, (labels) => (/^\d+$/.test(labels.le ?? "") ? { ...labels, le: `${labels.le}.0` } : labels));

/** Three of a hundred requests take 30 s: their mean is beyond the p95, and the p95 is known. */
function mostlyQuick(id: string, pod: string): StockSeries[] {
  const of = (seconds: number, perSecond: number) =>
    requestsOf(exportersOf(id), {
      service: "web",
      pod,
      code: `20${seconds > 1 ? 1 : 0}`,
      perSecond,
      seconds,
      bounds: [1, 5],
    });
  return [...of(0.2, 3.88), ...of(30, 0.12)];
}

/** A sidecar of a running pod, with a limit of its own. */
function withSidecar(id: string, resource: string, limit: number): StockSeries[] {
  const sidecar = podOf(exportersOf(id), { pod: "web-1-aaaaa", container: "proxy" }).filter(
    ({ labels, name }) => labels.container === "proxy" && !name.endsWith("restarts_total"),
  );
  return [
    ...healthyCapability(id, STOCK_NOW_MS),
    ...sidecar.map((each) => (each.labels.resource === resource ? { ...each, at: constantly(limit) } : each)),
  ];
}

const failedPod = (id: string, reason: string) => {
  const { kubeState } = exportersOf(id);
  const pod = { pod: "web-1-ccccc", uid: "uid-of-web-1-ccccc" };
  return [
    kubeState("kube_pod_info", { ...pod, created_by_kind: "ReplicaSet", node: "node-b" }, constantly(1)),
    ...["Pending", "Running", "Succeeded", "Failed", "Unknown"].map((phase) =>
      kubeState("kube_pod_status_phase", { ...pod, phase }, constantly(phase === "Failed" ? 1 : 0)),
    ),
    kubeState(
      "kube_pod_container_status_waiting_reason",
      { ...pod, container: "app", reason },
      constantly(1),
    ),
  ];
};

/** Capabilities as others run them: each was judged by hand before it was asked about. */
export const STRANGERS: readonly Scenario[] = [
  {
    id: "two-spellings-of-le",
    what: "of two pods one writes its bounds as 5 and the other as 5.0, and three of a hundred requests take 30 s",
    why: "5 and 5.0 are one bucket. 97 of 100 requests are in the buckets, so p95 is known: 95 / 97 of the first one.",
    series: [
      ...withoutRequests("two-spellings-of-le"),
      ...mostlyQuick("two-spellings-of-le", "web-1-aaaaa"),
      ...asFloats(mostlyQuick("two-spellings-of-le", "web-1-bbbbb")),
    ],
    // p99: (0.97 x 0.2 + 0.03 x 30 - 0.97 x 5) / 0.03 is below the bound of 5 s: at least that.
    expected: { "latency/p50": 0.5155, "latency/p95": 0.9794, "latency/p99": 5 },
  },
  {
    id: "status-code-label",
    what: "a library calls the status status_code, and half of the requests fail",
    why: "A status under another name is one. Read as no failure at all, it would be green.",
    series: withStatus("status-code-label", "status_code", "200", "503"),
    expected: { "error-rate/error-rate": 0.5 },
  },
  {
    id: "status-class-label",
    what: "a library calls the status status, says its class alone, and half of the requests fail",
    why: "5xx is a server error as 503 is.",
    series: withStatus("status-class-label", "status", "2xx", "5xx"),
    expected: { "error-rate/error-rate": 0.5 },
  },
  {
    id: "no-status-label",
    what: "a library says no status at all",
    why: "Whether requests failed isn't known. 0 % would be a promise.",
    series: withStatus("no-status-label", null, "200", "503"),
    expected: { "error-rate/error-rate": null },
  },
  {
    id: "summary-in-place",
    what: "the service exposes a summary of the histogram's name: a sum and a count, and quantiles of its own",
    why: "There are no buckets to read a quantile from. Failures are counted all the same.",
    series: [
      ...withoutRequests("summary-in-place"),
      ...requestsOf(exportersOf("summary-in-place"), {
        service: "web",
        pod: "web-1-aaaaa",
        perSecond: 4,
        seconds: 0.2,
        bounds: BOUNDS,
      }).filter(({ name }) => !name.endsWith("_bucket")),
    ],
    expected: { "latency/p50": null, "latency/p95": null, "latency/p99": null },
  },
  {
    id: "volume-of-no-size",
    what: "beside an ordinary volume a network file system says that it has no capacity",
    why: "A share of nothing is none. It must not hide the other volume, or be endlessly full.",
    series: [
      ...healthyCapability("volume-of-no-size", STOCK_NOW_MS),
      ...volumeOf(exportersOf("volume-of-no-size"), "shared", 0.5, 0.1).map((each) =>
        each.name.endsWith("capacity_bytes") ? { ...each, at: constantly(0) } : each,
      ),
    ],
  },
  {
    id: "cpu-limit-zero",
    what: "a sidecar's CPU limit is written as 0, which Kubernetes reads as none",
    why: "It is no limit, so no share of it is known; the other containers' are.",
    series: withSidecar("cpu-limit-zero", "cpu", 0),
  },
  {
    id: "memory-limit-zero",
    what: "the same with memory",
    why: "As with CPU.",
    series: withSidecar("memory-limit-zero", "memory", 0),
  },
  {
    id: "shared-volume",
    what: "a volume is mounted by two pods on two nodes, and both kubelets report it",
    why: "It is one volume, as full as the one that saw more of it says.",
    series: [
      ...healthyCapability("shared-volume", STOCK_NOW_MS),
      ...["used_bytes", "capacity_bytes"].map((name) =>
        exportersOf("shared-volume").volume(
          name,
          "data",
          constantly((name === "used_bytes" ? 0.31 : 1) * 10 * 2 ** 30),
          { instance: "172.18.0.4:10250", node: "node-b" },
        ),
      ),
    ],
    expected: { "saturation/storage": 0.31 },
  },
  {
    id: "left-behind",
    what: "a node was shut down three days ago and left a pod behind: failed, and its container was never created",
    why: "Nobody starts it any more, and its replacement runs.",
    series: [
      ...healthyCapability("left-behind", STOCK_NOW_MS),
      ...failedPod("left-behind", "ContainerCreating"),
    ],
  },
  {
    id: "left-behind-in-back-off",
    what: "an evicted pod was in a back-off for its image when it ended",
    why: "It has ended, and waits for nothing.",
    series: [
      ...healthyCapability("left-behind-in-back-off", STOCK_NOW_MS),
      ...failedPod("left-behind-in-back-off", "ImagePullBackOff"),
    ],
  },
  {
    id: "restarts-forgotten",
    what: "the kubelet removed dead containers, so that the count of restarts fell from 7 to 2, and then one more came",
    why: "A counter that falls has counted nothing. One restart is in the window.",
    series: [
      ...healthyCapability("restarts-forgotten", STOCK_NOW_MS).filter(
        ({ name, labels }) =>
          name !== "kube_pod_container_status_restarts_total" || labels.pod !== "web-1-aaaaa",
      ),
      exportersOf("restarts-forgotten").kubeState(
        "kube_pod_container_status_restarts_total",
        { pod: "web-1-aaaaa", uid: "uid-of-web-1-aaaaa", container: "app" },
        (minute) => (minute < -20 ? 7 : minute < -10 ? 2 : 3),
      ),
    ],
    expected: { "restarts/restarts": 1 },
  },
  {
    id: "addresses-of-one-prober",
    what: "two addresses are probed, and both series have the prober's own address as instance; one is down",
    why: "They differ by another label, and the worst counts.",
    series: [
      ...healthyCapability("addresses-of-one-prober", STOCK_NOW_MS).filter(
        ({ name }) => name !== "probe_success",
      ),
      ...["a", "b"].map((host) =>
        exportersOf("addresses-of-one-prober").probe("blackbox:9115", constantly(host === "a" ? 1 : 0), {
          target: `https://${host}.example/`,
        }),
      ),
    ],
    expected: { "availability/availability": 0 },
  },
  {
    id: "cgroup-twice",
    what: "a container was restarted a minute ago, and cAdvisor still reports the cgroup before it",
    why: "The busier of the two counts, and not their sum.",
    series: [
      ...healthyCapability("cgroup-twice", STOCK_NOW_MS),
      exportersOf("cgroup-twice").cadvisor(
        "container_cpu_usage_seconds_total",
        { pod: "web-1-aaaaa", container: "app" },
        growing(0.15),
        { cpu: "total", id: "/kubepods.slice/before.scope", name: "before" },
      ),
    ],
  },
];
