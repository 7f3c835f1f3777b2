import type { Components } from "@/lib/catalogue/components";

/** What this platform is made of, under the names that its exporters have for it. */
export const DEMO_COMPONENTS: Components = {
  windowSeconds: 60,
  components: [
    {
      id: "ingress",
      name: "Ingress",
      state:
        '((sum(rate(nginx_ingress_controller_requests{ingress="default-backend",status=~"5..",$tenant=""}[$window])) or vector(0)) / ' +
        'sum(rate(nginx_ingress_controller_requests{ingress="default-backend",$tenant=""}[$window]))) < bool 0.05',
    },
    {
      id: "storage",
      name: "Storage",
      state:
        '(sum(rate(storage_operation_duration_seconds_sum{$tenant=""}[$window])) / ' +
        'sum(rate(storage_operation_duration_seconds_count{$tenant=""}[$window]))) < bool 0.5',
      dependents: "max by ($tenant) (kubelet_volume_stats_capacity_bytes)",
    },
    {
      id: "identity",
      name: "Sign-in",
      state: 'min(min_over_time(probe_success{job="identity",$tenant=""}[$window]))',
    },
    {
      id: "nodes",
      name: "Nodes",
      part: "node",
      state: 'min by (node) (kube_node_status_condition{condition="Ready",status="true",$tenant=""})',
      dependents: 'max by ($tenant, node) (kube_pod_info{node!="",created_by_kind!="Job"})',
    },
    {
      id: "metrics-store",
      name: "Metrics store",
      // It answers, and what it scrapes arrives.
      state:
        'min(up{job="prometheus",$tenant=""}) * ' +
        '(sum(rate(prometheus_tsdb_head_samples_appended_total{job="prometheus",$tenant=""}[$window])) > bool 0)',
    },
    {
      id: "canary",
      name: "Canary",
      state: 'min(min_over_time(probe_success{$tenant="canary"}[$window]))',
    },
  ],
  podLosses:
    "max by ($tenant, pod, reason) (kube_pod_status_reason == 1 " +
    'unless on ($tenant, namespace, pod) kube_pod_owner{owner_kind="Job"})',
};
