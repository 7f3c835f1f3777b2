import type { Bundle, SignalId } from "@/lib/catalogue/bundle";

/** Which of a bundle's queries is changed, how, and what would be wrong with it. */
export type Mutation = {
  /** signal/line, or the key of a query that belongs to no line. */
  of: string;
  query: "query" | "freshness" | "traffic" | "parts" | "objects" | "key";
  what: string;
  from: string;
  to: string;
  /** Every place, and not the first alone. */
  all?: boolean;
};

type Place = { read(): string; write(query: string): void };

function placeOf(bundle: Bundle, { of, query }: Mutation): Place {
  if (query === "key") {
    const keyed = of === "coverage" ? bundle : of === "deployments" ? bundle.events : bundle.runtime;
    const record = keyed as unknown as Record<string, string>;
    return {
      read: () => record[of] ?? "",
      write: (text) => {
        record[of] = text;
      },
    };
  }
  const [signalId, lineId] = of.split("/") as [SignalId, string];
  const signal = bundle.signals[signalId];
  const line = signal.lines.find(({ id }) => id === lineId);
  const holder =
    query === "traffic"
      ? signal.traffic
      : query === "parts"
        ? line?.parts
        : query === "objects"
          ? line?.parts?.objects
          : line;
  if (!holder) throw new Error(`The bundle has no ${query} of ${of}.`);
  const record = holder as unknown as Record<string, string>;
  const key = query === "freshness" ? "freshness" : "query";
  return {
    read: () => record[key] ?? "",
    write: (text) => {
      record[key] = text;
    },
  };
}

/** @returns a copy of the bundle with one query changed. @throws Error where there is nothing to change */
export function mutated(bundle: Bundle, mutation: Mutation): Bundle {
  const copy = structuredClone(bundle);
  const place = placeOf(copy, mutation);
  const before = place.read();
  const { from, to, all = false } = mutation;
  const after = all ? before.replaceAll(from, to) : before.replace(from, () => to);
  if (after === before) throw new Error(`${mutation.of}: nothing to change by "${mutation.what}".`);
  place.write(after);
  return copy;
}

/** A row of the tables. */
export const change = (
  of: string,
  query: Mutation["query"],
  what: string,
  from: string,
  to: string,
  all = false,
): Mutation => ({ of, query, what, from, to, all });

const DATABASE = " or kube_statefulset_status_replicas_ready";
const AGENT = " or kube_daemonset_status_number_ready";
const WORKLOADS = "kube_statefulset_replicas or kube_daemonset_status_desired_number_scheduled";

/** Mistakes whose proof is a value at one instant: each must change an expected value of a scenario of the stock platform. */
export const VALUE_MUTATIONS: readonly Mutation[] = [
  change(
    "availability/replicas",
    "query",
    "nothing where all are scaled to zero",
    "or 1 + 0 *",
    "and 1 + 0 *",
  ),
  change("availability/replicas", "query", "more than all", ", 1)", ", 9)"),
  change("latency/p50", "query", "all services together", "job, service, container", "container", true),
  change("latency/p50", "query", "nothing of what lies above the buckets", "> 0.5", "> 2"),
  change("latency/p99", "query", "all services together", "job, service, container", "container", true),
  change("latency/p99", "query", "nothing of what lies above the buckets", "> 0.01", "> 2"),
  change(
    "saturation/cpu",
    "query",
    "without clusters",
    "$tenant, cluster, namespace, pod, container",
    "$tenant, namespace, pod, container",
    true,
  ),
  change(
    "availability/pods",
    "query",
    "pods that have ended",
    `phase=~"Failed|Succeeded"`,
    `phase="nothing"`,
  ),
  change(
    "latency/p95",
    "query",
    "each spelling of a bound for itself",
    "sum by ($tenant, cluster, namespace, job, service, container) ( max without (le, prometheus",
    "max by ($tenant, cluster, namespace, job, service, container) ( max without (prometheus",
  ),
  change("error-rate/error-rate", "query", "failures by status", "{status=~", "{nothing=~"),
  change("error-rate/error-rate", "query", "failures by status_code", "{status_code=~", "{nothing=~"),
  change("error-rate/error-rate", "query", "no failures where none are known", `{code!=""}`, ""),
  ...["cpu", "memory"].map((resource) =>
    change(
      `saturation/${resource}`,
      "query",
      "without native sidecars",
      `or kube_pod_init_container_resource_limits{resource="${resource}"}`,
      "",
    ),
  ),
  change(
    "saturation/cpu",
    "query",
    "shares of a limit of 0",
    `{resource="cpu"}) > 0`,
    `{resource="cpu"}) > -1`,
  ),
  change(
    "saturation/memory",
    "query",
    "shares of a limit of 0",
    `{resource="memory"}) > 0`,
    `{resource="memory"}) > -1`,
  ),
  change(
    "saturation/storage",
    "query",
    "shares of no capacity",
    "kubelet_volume_stats_capacity_bytes) > 0",
    "kubelet_volume_stats_capacity_bytes) > -1",
  ),
  change("coverage", "key", "each of a pair for itself", "max by", "sum by"),
  change("coverage", "key", "a longer window", "[$window]", "[10m]"),
  change("replicasWanted", "key", "without StatefulSets and DaemonSets", ` or ${WORKLOADS}`, ""),
  change(
    "replicasWanted",
    "key",
    "each exporter for itself",
    "sum by ($tenant) (max by ($tenant, cluster, namespace, deployment, statefulset, daemonset)",
    "sum by ($tenant) (sum by ($tenant, cluster, namespace, deployment, statefulset, daemonset)",
  ),
  change("replicasReady", "key", "a surplus as a substitute", "clamp_min(", "0 * clamp_min("),
  change("replicasReady", "key", "without StatefulSets and DaemonSets", `${DATABASE}${AGENT}`, "", true),
  change(
    "replicasUpdated",
    "key",
    "without DaemonSets",
    " or kube_daemonset_status_updated_number_scheduled",
    "",
    true,
  ),
];
