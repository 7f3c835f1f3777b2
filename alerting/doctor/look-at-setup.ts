import type { Bundle, LineDefinition, SignalDefinition } from "@/lib/catalogue/bundle";
import { SIGNAL_IDS } from "@/lib/catalogue/bundle";
import type { QueryOutcome } from "@/lib/prometheus/failure";
import type { FleetVector } from "@/lib/prometheus/fleet-response";
import type { StoreKind, Survey } from "@/lib/prometheus/survey";
import { fleetQuery } from "@/lib/promql/fleet";
import { metricNamesIn } from "@/lib/promql/metric-names";
import { fillPlaceholders } from "@/lib/promql/placeholders";

/** A judged line of the bundle. */
export type LineMetrics = {
  lineKey: string;
  signal: SignalDefinition;
  line: LineDefinition;
  /** The metrics that its queries name, those first that the value is made of. */
  metrics: readonly string[];
};

/** A store's setup, independent of which tenants have data in it. */
export type SetupFacts<Line extends LineMetrics = LineMetrics> = {
  store: StoreKind;
  /** The store's clock ahead of this machine's. */
  aheadMs: number | null;
  metricNames: ReadonlySet<string>;
  labelNames: ReadonlySet<string>;
  tenantValues: readonly string[];
  lines: readonly Line[];
  /** By metric and tenant, how far apart the samples of its most often sampled series are, in seconds. */
  intervals: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** By metric and tenant, the buckets of each of its services. */
  buckets: ReadonlyMap<string, ReadonlyMap<string, readonly ServiceBuckets[]>>;
  /** The metrics whose buckets are too many to be read at once. */
  unreadBuckets: readonly string[];
  /** By metric of classic buckets, the tenants that have the histogram as a native one and no such bucket. */
  nativeOnly: ReadonlyMap<string, readonly string[]>;
  /** How many series of kube-state-metrics say their pod in exported_pod, because honor_labels is off. */
  exportedPods: number;
  /** Labels that distinguish copies of one measurement, with the number of their values among series with a tenant. */
  copies: ReadonlyMap<string, number>;
};

/** The classic buckets of one service. */
export type ServiceBuckets = {
  /** The finite bounds, ascending. */
  bounds: readonly number[];
  /** Whether some of its series lack a bound that others have. */
  isMixed: boolean;
};

const INTERVAL_WINDOW_SECONDS = 300;
/** The labels that usually distinguish replicas of a Prometheus, and several clusters in one store. */
const COPY_LABELS = ["prometheus_replica", "replica", "__replica__", "prometheus", "cluster"];
const BUCKET = "_bucket";

/** The judged lines of a bundle, with the metrics that they read. */
export function lineMetricsOf(bundle: Bundle, label: string): LineMetrics[] {
  return SIGNAL_IDS.flatMap((id) => {
    const signal = bundle.signals[id];
    const { windowSeconds } = signal;
    return signal.lines
      .filter(({ threshold }) => threshold)
      .map((line) => {
        const queries = [line.query, line.freshness ?? "", signal.traffic?.query ?? ""];
        const metrics = queries
          .filter((query) => query !== "")
          .flatMap((query) => metricNamesIn(fillPlaceholders(query, { label, windowSeconds }), label));
        return { lineKey: `${id}/${line.id}`, signal, line, metrics: [...new Set(metrics)] };
      });
  });
}

/**
 * Asks a store how it is set up: some questions for each metric that the bundle reads, one after the other.
 * @returns the first failure where the store can't be asked at all; what a question that fails alone asks for is unknown
 */
export async function lookAtSetup(
  survey: Survey,
  bundle: Bundle,
  { label, atMs }: { label: string; atMs: number },
): Promise<QueryOutcome<SetupFacts>> {
  const kind = await survey.kind();
  const [metrics, labels, tenants] = await Promise.all([
    survey.metricNames(),
    survey.labelNames(),
    survey.labelValues(label),
  ]);
  if (!metrics.ok) return metrics;
  if (!labels.ok) return labels;
  if (!tenants.ok) return tenants;
  const ask: AskFleet = (template, windowSeconds) =>
    survey.ask(fleetQuery(template, { label, windowSeconds }), atMs);
  const lines = lineMetricsOf(bundle, label);
  const metricNames = new Set(metrics.data);
  const named = [...new Set(lines.flatMap((line) => line.metrics))];
  const known = named.filter((name) => metricNames.has(name));
  const { buckets, unreadBuckets } = await bucketsOf(known, new Set(labels.data), ask);
  return {
    ok: true,
    data: {
      store: kind.ok ? kind.data : { kind: "unknown", version: "" },
      aheadMs: survey.aheadMs(),
      metricNames,
      labelNames: new Set(labels.data),
      tenantValues: tenants.data,
      lines,
      intervals: await intervalsOf(known, ask),
      buckets,
      unreadBuckets,
      nativeOnly: await nativeOnlyOf(named, metricNames, ask),
      exportedPods: await exportedPodsOf(metricNames, ask),
      copies: await copiesOf(known, new Set(labels.data), ask),
    },
  };
}

/** Puts one of the bundle's questions, or one about its metrics, for all tenants. */
export type AskFleet = (template: string, windowSeconds: number) => Promise<QueryOutcome<FleetVector>>;

async function intervalsOf(metrics: readonly string[], ask: AskFleet): Promise<SetupFacts["intervals"]> {
  const intervals = new Map<string, ReadonlyMap<string, number>>();
  for (const metric of metrics) {
    const answer = await ask(
      // Of series that were there before, too: one that begins in the window would look rarely sampled.
      `max by ($tenant) (count_over_time(${metric}[$window]) and count_over_time(${metric}[$window] offset $window))`,
      INTERVAL_WINDOW_SECONDS,
    );
    if (!answer.ok) continue;
    const seconds = answer.data.samples.map(({ tenantId, value }): [string, number] => [
      tenantId,
      INTERVAL_WINDOW_SECONDS / value,
    ]);
    intervals.set(metric, new Map(seconds));
  }
  return intervals;
}

/** Some megabytes of an answer. A fleet of thousands has more, which the worker has no room for. */
const BUCKETS_AT_MOST = 20_000;
/** What the default bundle groups buckets by: it takes the quantile of each service, and then the slowest. */
const SERVICE_LABELS = ["cluster", "namespace", "job", "service", "container"];

async function bucketsOf(
  metrics: readonly string[],
  labelNames: ReadonlySet<string>,
  ask: AskFleet,
): Promise<Pick<SetupFacts, "buckets" | "unreadBuckets">> {
  const unreadBuckets: string[] = [];
  const buckets = new Map<string, ReadonlyMap<string, readonly ServiceBuckets[]>>();
  const by = ["$tenant", ...SERVICE_LABELS.filter((name) => labelNames.has(name)), "le"].join(", ");
  for (const metric of metrics.filter((name) => name.endsWith(BUCKET))) {
    const counts = await ask(`count by ($tenant) (count by (${by}) (${metric}))`, INTERVAL_WINDOW_SECONDS);
    if (!counts.ok) continue;
    if (counts.data.samples.reduce((sum, { value }) => sum + value, 0) > BUCKETS_AT_MOST) {
      unreadBuckets.push(metric);
      continue;
    }
    const answer = await ask(`count by (${by}) (${metric})`, INTERVAL_WINDOW_SECONDS);
    if (answer.ok) buckets.set(metric, bucketsIn(answer.data));
  }
  return { buckets, unreadBuckets };
}

function bucketsIn({ samples }: FleetVector): Map<string, ServiceBuckets[]> {
  const services = new Map<string, { tenantId: string; counts: Map<number, number> }>();
  for (const { tenantId, labels, value } of samples) {
    const bound = Number.parseFloat(labels.le ?? "");
    if (!Number.isFinite(bound)) continue;
    const key = JSON.stringify([tenantId, ...SERVICE_LABELS.map((name) => labels[name] ?? "")]);
    const service = services.get(key) ?? { tenantId, counts: new Map() };
    service.counts.set(bound, value);
    services.set(key, service);
  }
  const byTenant = new Map<string, ServiceBuckets[]>();
  for (const { tenantId, counts } of services.values()) {
    const bounds = [...counts.keys()].sort((a, b) => a - b);
    const own = { bounds, isMixed: new Set(counts.values()).size > 1 };
    byTenant.set(tenantId, [...(byTenant.get(tenantId) ?? []), own]);
  }
  return byTenant;
}

/** A native histogram has no series of its buckets, and goes by the name without the suffix. */
async function nativeOnlyOf(
  named: readonly string[],
  metricNames: ReadonlySet<string>,
  ask: AskFleet,
): Promise<SetupFacts["nativeOnly"]> {
  const nativeOnly = new Map<string, readonly string[]>();
  for (const metric of named.filter((name) => name.endsWith(BUCKET))) {
    const native = metric.slice(0, -BUCKET.length);
    if (!metricNames.has(native)) continue;
    // A summary has the same name; histogram_count leaves out what is no histogram.
    const answer = await ask(`count by ($tenant) (histogram_count(${native}))`, INTERVAL_WINDOW_SECONDS);
    const classic = await ask(`count by ($tenant) (${metric})`, INTERVAL_WINDOW_SECONDS);
    if (!answer.ok || !classic.ok) continue;
    const withBuckets = new Set(classic.data.samples.map(({ tenantId }) => tenantId));
    const tenants = answer.data.samples.map(({ tenantId }) => tenantId);
    const without = tenants.filter((tenantId) => !withBuckets.has(tenantId));
    if (without.length > 0) nativeOnly.set(metric, without.sort());
  }
  return nativeOnly;
}

async function exportedPodsOf(metricNames: ReadonlySet<string>, ask: AskFleet): Promise<number> {
  if (!metricNames.has("kube_pod_info")) return 0;
  const answer = await ask('count by ($tenant) (kube_pod_info{exported_pod!=""})', INTERVAL_WINDOW_SECONDS);
  return answer.ok ? answer.data.samples.reduce((sum, { value }) => sum + value, 0) : 0;
}

async function copiesOf(
  metrics: readonly string[],
  labelNames: ReadonlySet<string>,
  ask: AskFleet,
): Promise<SetupFacts["copies"]> {
  const copies = new Map<string, number>();
  for (const name of COPY_LABELS.filter((each) => labelNames.has(each))) {
    const values = new Set<string>();
    for (const metric of metrics) {
      const answer = await ask(
        `count by ($tenant, ${name}) (${metric}{${name}!=""})`,
        INTERVAL_WINDOW_SECONDS,
      );
      if (answer.ok) for (const { labels } of answer.data.samples) values.add(labels[name] ?? "");
    }
    if (values.size > 1) copies.set(name, values.size);
  }
  return copies;
}
