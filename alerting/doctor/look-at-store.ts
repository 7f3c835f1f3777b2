import type { Bundle, LineDefinition, SignalDefinition, SignalId } from "@/lib/catalogue/bundle";
import { SIGNAL_IDS } from "@/lib/catalogue/bundle";
import type { QueryOutcome } from "@/lib/prometheus/failure";
import type { FleetVector } from "@/lib/prometheus/fleet-response";
import type { StoreKind, Survey } from "@/lib/prometheus/survey";
import { fleetQuery } from "@/lib/promql/fleet";
import { metricNamesIn } from "@/lib/promql/metric-names";
import { fillPlaceholders } from "@/lib/promql/placeholders";

/** What a store has for one judged line. */
export type LineFacts = {
  lineKey: string;
  signal: SignalDefinition;
  line: LineDefinition;
  /** The tenants with a finite value; null where the question failed. */
  answered: ReadonlySet<string> | null;
  /** Why the question failed. */
  failure: string | null;
  /** The metrics that its queries name, those first that the value is made of. */
  metrics: readonly string[];
};

/** All that the doctor judges by. */
export type StoreFacts = {
  store: StoreKind;
  /** The store's clock ahead of this machine's. */
  aheadMs: number | null;
  metricNames: ReadonlySet<string>;
  labelNames: ReadonlySet<string>;
  tenantValues: readonly string[];
  lines: readonly LineFacts[];
  /** By metric and tenant, how far apart the samples of its most often sampled series are, in seconds. */
  intervals: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** By metric and tenant, the bounds of a classic histogram that are finite, ascending. */
  bounds: ReadonlyMap<string, ReadonlyMap<string, readonly number[]>>;
  /** How many series of kube-state-metrics say their pod in exported_pod, because honor_labels is off. */
  exportedPods: number;
  /** Labels that tell copies of one measurement apart, with the number of their values among what has a tenant. */
  copies: ReadonlyMap<string, number>;
};

const INTERVAL_WINDOW_SECONDS = 600;
/** What replicas of a Prometheus, and several clusters in one store, are usually told apart by. */
const COPY_LABELS = ["prometheus_replica", "replica", "__replica__", "prometheus", "cluster"];

/**
 * Asks a store all that the doctor needs to know: for each judged line whom it finds, and how what it reads is scraped.
 * @returns the first failure where the store can't be asked at all; a question that fails alone is told in its line
 */
export async function lookAtStore(
  survey: Survey,
  bundle: Bundle,
  { label, atMs }: { label: string; atMs: number },
): Promise<QueryOutcome<StoreFacts>> {
  const kind = await survey.kind();
  const [metrics, labels, tenants] = await Promise.all([
    survey.metricNames(),
    survey.labelNames(),
    survey.labelValues(label),
  ]);
  if (!metrics.ok) return metrics;
  if (!labels.ok) return labels;
  if (!tenants.ok) return tenants;
  const ask = (template: string, windowSeconds: number) =>
    survey.ask(fleetQuery(template, { label, windowSeconds }), atMs);
  const lines: LineFacts[] = [];
  for (const id of SIGNAL_IDS) lines.push(...(await linesOf(id, bundle.signals[id], label, ask)));
  const metricNames = new Set(metrics.data);
  const known = [...new Set(lines.flatMap((line) => line.metrics))].filter((name) => metricNames.has(name));
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
      bounds: await boundsOf(known, ask),
      exportedPods: await exportedPodsOf(metricNames, ask),
      copies: await copiesOf(known, new Set(labels.data), ask),
    },
  };
}

type AskFleet = (template: string, windowSeconds: number) => Promise<QueryOutcome<FleetVector>>;

async function linesOf(
  id: SignalId,
  signal: SignalDefinition,
  label: string,
  ask: AskFleet,
): Promise<LineFacts[]> {
  const facts: LineFacts[] = [];
  for (const line of signal.lines.filter(({ threshold }) => threshold)) {
    const answer = await ask(line.query, signal.windowSeconds);
    const queries = [line.query, line.freshness ?? "", signal.traffic?.query ?? ""].filter(
      (query) => query !== "",
    );
    const metrics = queries.flatMap((query) =>
      metricNamesIn(fillPlaceholders(query, { label, windowSeconds: signal.windowSeconds }), label),
    );
    const finite = answer.ok ? answer.data.samples.filter(({ value }) => Number.isFinite(value)) : [];
    facts.push({
      lineKey: `${id}/${line.id}`,
      signal,
      line,
      answered: answer.ok ? new Set(finite.map(({ tenantId }) => tenantId)) : null,
      failure: answer.ok ? null : answer.detail || answer.code,
      metrics: [...new Set(metrics)],
    });
  }
  return facts;
}

async function intervalsOf(metrics: readonly string[], ask: AskFleet): Promise<StoreFacts["intervals"]> {
  const intervals = new Map<string, ReadonlyMap<string, number>>();
  for (const metric of metrics) {
    const answer = await ask(
      `max by ($tenant) (count_over_time(${metric}[$window]))`,
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

async function boundsOf(metrics: readonly string[], ask: AskFleet): Promise<StoreFacts["bounds"]> {
  const bounds = new Map<string, Map<string, number[]>>();
  for (const metric of metrics.filter((name) => name.endsWith("_bucket"))) {
    const answer = await ask(`max by ($tenant, le) (${metric})`, INTERVAL_WINDOW_SECONDS);
    if (!answer.ok) continue;
    const byTenant = new Map<string, number[]>();
    for (const { tenantId, labels } of answer.data.samples) {
      const bound = Number.parseFloat(labels.le ?? "");
      if (Number.isFinite(bound)) byTenant.set(tenantId, [...(byTenant.get(tenantId) ?? []), bound]);
    }
    for (const own of byTenant.values()) own.sort((a, b) => a - b);
    bounds.set(metric, byTenant);
  }
  return bounds;
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
): Promise<StoreFacts["copies"]> {
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
