/** A series of the platform: its value at a minute before the instant that is asked about (0); null: no sample. */
export type StockSeries = {
  name: string;
  labels: Record<string, string>;
  at: (minute: number) => number | null;
};

type Value = StockSeries["at"];
type Labels = Record<string, string>;

/** Where a scrape comes from: the labels of the target, which have no meaning for the capability. */
export type ScrapedFrom = { instance: string; node?: string; more?: Labels };

const KUBE_STATE: ScrapedFrom = { instance: "10.244.0.7:8080" };
const KUBELET: ScrapedFrom = { instance: "172.18.0.3:10250", node: "node-a" };

/** A tenant's exporters, with the label sets of a stock kube-prometheus-stack and the tenant's label stamped on. */
export function exportersOf(tenant: string) {
  const namespace = `tenant-${tenant}`;
  const base = { tenant, namespace };
  const series = (name: string, labels: Labels, at: Value): StockSeries => ({ name, labels, at });

  /** kube-state-metrics, scraped with honor_labels: namespace, pod and container are the object's. */
  const kubeState = (name: string, labels: Labels, at: Value, scrape = KUBE_STATE) =>
    series(
      name,
      {
        ...base,
        job: "kube-state-metrics",
        service: "monitoring-kube-state-metrics",
        endpoint: "http",
        instance: scrape.instance,
        ...scrape.more,
        ...labels,
      },
      at,
    );

  const kubelet = (name: string, metricsPath: string, labels: Labels, at: Value, scrape = KUBELET) =>
    series(
      name,
      {
        ...base,
        job: "kubelet",
        service: "monitoring-kubelet",
        endpoint: "https-metrics",
        metrics_path: metricsPath,
        instance: scrape.instance,
        node: scrape.node ?? "node-a",
        ...scrape.more,
        ...labels,
      },
      at,
    );

  /** A container's row of cAdvisor: id is its cgroup's path, name its id at the container runtime. */
  const cadvisor = (
    name: string,
    { pod, container }: Place,
    at: Value,
    more: Labels = {},
    scrape = KUBELET,
  ) => {
    const id = `/kubepods.slice/kubepods-burstable.slice/${pod}.slice/cri-containerd-${pod}-${container}.scope`;
    const image: Labels =
      container === "" ? {} : { image: `registry.example/${tenant}:1.0.0`, name: `${pod}-${container}` };
    return kubelet(name, "/metrics/cadvisor", { id, pod, container, ...image, ...more }, at, scrape);
  };

  const volume = (name: string, claim: string, at: Value, scrape = KUBELET) =>
    kubelet(`kubelet_volume_stats_${name}`, "/metrics", { persistentvolumeclaim: claim }, at, scrape);

  const probe = (url: string, at: Value, more: Labels = {}) =>
    series("probe_success", { ...base, job: "probe", instance: url, ...more }, at);

  /** A service behind a ServiceMonitor. */
  const service = (
    name: string,
    { service, pod }: { service: string; pod: string },
    labels: Labels,
    at: Value,
  ) =>
    series(
      name,
      {
        ...base,
        job: service,
        service,
        endpoint: "http",
        pod,
        instance: `${pod}:8080`,
        container: "app",
        ...labels,
      },
      at,
    );

  return { namespace, series, kubeState, kubelet, cadvisor, volume, probe, service };
}

export type StockExporters = ReturnType<typeof exportersOf>;
export type Place = { pod: string; container: string };

/** A counter that grows by so much each second, from an odd start: a counter is never 0 where it is first seen. */
export const growing =
  (perSecond: number, start = 12_345): Value =>
  (minute) =>
    start + (minute + 120) * 60 * perSecond;

export const constantly =
  (value: number): Value =>
  () =>
    value;

/** The same series again, as a second scrape of the same thing sees it. */
export const again = (series: readonly StockSeries[], labels: Labels): StockSeries[] =>
  series.map((each) => ({ ...each, labels: { ...each.labels, ...labels } }));

/** Scrapes lie between the seconds that windows begin and end at: stores differ in whether an end belongs to its window. */
const SCRAPED_AFTER_SECONDS = 7;
const SCRAPE_SECONDS = 15;

type ScrapedAfter = { afterSeconds?: number };

/** OpenMetrics of the ninety minutes before an instant, series by series: all scenarios together are longer than a string may be. */
export function* stockOpenMetricsParts(
  series: readonly StockSeries[],
  nowMs: number,
  { afterSeconds = SCRAPED_AFTER_SECONDS }: ScrapedAfter = {},
): Generator<string> {
  for (const { name, labels, at } of series) {
    const pairs = Object.entries(labels).map(([key, value]) => `${key}="${value}"`);
    const head = `${name}{${pairs.join(",")}}`;
    let samples = "";
    for (let second = afterSeconds - 90 * 60; second <= 0; second += SCRAPE_SECONDS) {
      const value = at(second / 60);
      if (value !== null) samples += `${head} ${value} ${nowMs / 1000 + second}\n`;
    }
    yield samples;
  }
  yield "# EOF\n";
}

/** The same in one string. */
export function stockOpenMetrics(
  series: readonly StockSeries[],
  nowMs: number,
  scraped: ScrapedAfter = {},
): string {
  return [...stockOpenMetricsParts(series, nowMs, scraped)].join("");
}
