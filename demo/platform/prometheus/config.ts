import { stringify } from "yaml";
import { NODE_IDS, type NodeId, SCRAPE_INTERVAL_SECONDS } from "../characters";
import type { Labels } from "../exposition";
import { kubeletTarget, nodeExporterTarget } from "../targets";

type Relabel = Record<string, string | string[]>;

const CADVISOR = "/metrics/cadvisor";

const copy = (from: string, to: string): Relabel => ({ source_labels: [from], target_label: to });
const tenantFrom = (label: string): Relabel => ({
  source_labels: [label],
  regex: "tenant-(.+)",
  target_label: "tenant",
  replacement: "$1",
});
/** An exporter doesn't get to say whose a series is: what it claims is dropped, then the namespace decides. */
const stampTenant: Relabel[] = [{ action: "labeldrop", regex: "tenant" }, tenantFrom("namespace")];

/**
 * kube-state-metrics and the kubelet report other pods than their own, so the labels in what they expose win over the target's.
 * The tenant label is stamped from the namespace all the same.
 */
const REPORTS_OTHERS = { honor_labels: true, metric_relabel_configs: stampTenant };

type Addresses = {
  exporters: string;
  prometheus: string;
  signIn: string | null;
  /** The portal's own processes, the rules for them, and host and port of the receiver of their alerts. */
  portal: { targets: string[]; tokenFile: string; rulesFile: string; alertmanager: string } | null;
};

/** Where Prometheus asks the cluster for targets. */
const discover = (exporters: string, what: string) => [
  { url: `http://${exporters}/discovery/${what}`, refresh_interval: `${SCRAPE_INTERVAL_SECONDS}s` },
];

/** What finds its targets by asking the cluster: the capabilities' pods, and the probes of their addresses. */
function discoveredJobs(exporters: string) {
  return [
    {
      job_name: "capabilities",
      http_sd_configs: discover(exporters, "pods"),
      relabel_configs: [tenantFrom("namespace")],
    },
    {
      job_name: "blackbox",
      metrics_path: "/probe",
      http_sd_configs: discover(exporters, "probes"),
      relabel_configs: [
        copy("__address__", "__param_target"),
        tenantFrom("__meta_kubernetes_namespace"),
        copy("__meta_kubernetes_namespace", "namespace"),
        copy("__meta_kubernetes_ingress_name", "instance"),
        { target_label: "__address__", replacement: exporters },
      ],
    },
  ];
}

/** What the cluster's exporters say of the platform itself. */
function platformJobs(exporters: string, signIn: string | null) {
  const exporter = (job: string, path: string, instance: string) => ({
    job_name: job,
    metrics_path: path,
    static_configs: [{ targets: [exporters], labels: { instance } }],
    metric_relabel_configs: stampTenant,
  });
  const identity = {
    ...exporter("identity", "/probe", "identity"),
    relabel_configs: [{ target_label: "__param_target", replacement: signIn ?? "" }],
  };
  return [
    {
      job_name: "kube-state-metrics",
      metrics_path: "/kube-state-metrics",
      ...REPORTS_OTHERS,
      http_sd_configs: discover(exporters, "kube-state-metrics"),
    },
    exporter("platform", "/platform", "platform"),
    ...(signIn === null ? [] : [identity]),
  ];
}

/** Prometheus itself: only those of its hundreds of series that the platform's components ask for. */
const prometheusJob = (prometheus: string) => ({
  job_name: "prometheus",
  static_configs: [{ targets: [prometheus], labels: { instance: "prometheus" } }],
  metric_relabel_configs: [
    {
      source_labels: ["__name__"],
      regex: "prometheus_tsdb_head_samples_appended_total",
      action: "keep",
    },
  ],
});

/** The portal's own processes. */
const portalJob = ({ targets, tokenFile }: NonNullable<Addresses["portal"]>) => ({
  job_name: "watchpost",
  authorization: { credentials_file: tokenFile },
  static_configs: [{ targets }],
});

/** The exporters that run on each node. @param nodes host and port of each node's */
function nodeJobs(nodes: Record<NodeId, string>) {
  const onEachNode = (job: string, path: string, labelsOf: (node: NodeId) => Labels) => ({
    job_name: job,
    metrics_path: path,
    static_configs: NODE_IDS.map((node) => ({ targets: [nodes[node]], labels: labelsOf(node) })),
  });
  return [
    { ...onEachNode("cadvisor", CADVISOR, (node) => kubeletTarget(node, CADVISOR)), ...REPORTS_OTHERS },
    { ...onEachNode("kubelet", "/metrics", (node) => kubeletTarget(node, "/metrics")), ...REPORTS_OTHERS },
    onEachNode("node", "/metrics/node", nodeExporterTarget),
  ];
}

/**
 * Prometheus' configuration, as an operator would write it: the tenant label is stamped at ingestion from the namespace, and
 * `honor_labels` is on for the platform's own exporters alone, so that no capability can pass itself off as another tenant.
 * @param addresses host and port of the cluster's exporters and of Prometheus itself; the address by which sign-in is probed, or
 *   null where the platform runs without one, and so for the portal
 * @param nodes host and port of each node's exporters
 */
export function prometheusConfig(
  { exporters, prometheus, signIn, portal }: Addresses,
  nodes: Record<NodeId, string>,
): string {
  return stringify({
    global: {
      scrape_interval: `${SCRAPE_INTERVAL_SECONDS}s`,
      scrape_timeout: `${SCRAPE_INTERVAL_SECONDS - 1}s`,
      evaluation_interval: `${SCRAPE_INTERVAL_SECONDS}s`,
    },
    ...(portal && {
      rule_files: [portal.rulesFile],
      alerting: { alertmanagers: [{ static_configs: [{ targets: [portal.alertmanager] }] }] },
    }),
    scrape_configs: [
      ...discoveredJobs(exporters),
      ...platformJobs(exporters, signIn),
      prometheusJob(prometheus),
      ...(portal === null ? [] : [portalJob(portal)]),
      ...nodeJobs(nodes),
    ],
  });
}
