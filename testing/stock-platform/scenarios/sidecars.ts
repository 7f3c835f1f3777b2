import { healthyCapability } from "../capability";
import { constantly, exportersOf, growing, type StockSeries } from "../exporters";
import { type Scenario, STOCK_NOW_MS } from "../scenario";

const LIMITS = { cpu: 0.1, memory: 2 ** 26 };

/** A native sidecar of the first pod: an init container that runs as long as the pod. Its usage is in shares of its limits. */
function sidecarOf(id: string, share: { cpu: number; memory: number }): StockSeries[] {
  const { kubeState, cadvisor } = exportersOf(id);
  const place = { pod: "web-1-aaaaa", container: "shipper" };
  const labels = { ...place, uid: "uid-of-web-1-aaaaa" };
  return [
    cadvisor("container_cpu_usage_seconds_total", place, growing(share.cpu * LIMITS.cpu), { cpu: "total" }),
    cadvisor("container_memory_working_set_bytes", place, constantly(share.memory * LIMITS.memory)),
    kubeState("kube_pod_init_container_info", { ...labels, restart_policy: "Always" }, constantly(1)),
    ...Object.entries(LIMITS).map(([resource, limit]) =>
      kubeState(
        "kube_pod_init_container_resource_limits",
        { ...labels, node: "node-a", resource, unit: resource === "cpu" ? "core" : "byte" },
        constantly(limit),
      ),
    ),
  ];
}

/** Containers that run beside a capability's own. kube-state-metrics counts them among the init containers. */
export const SIDECARS: readonly Scenario[] = [
  {
    id: "sidecar-saturated",
    what: "a native sidecar uses 97 % of its memory and 92 % of its processor time",
    why: "Its limits are an init container's to kube-state-metrics, and at its limit it is killed like any container.",
    series: [
      ...healthyCapability("sidecar-saturated", STOCK_NOW_MS),
      ...sidecarOf("sidecar-saturated", { cpu: 0.92, memory: 0.97 }),
    ],
    expected: { "saturation/cpu": 0.92, "saturation/memory": 0.97 },
  },
  {
    id: "sidecar-limited-alone",
    what: "a native sidecar has limits, and the capability's own containers have none",
    why: "What has a limit is judged.",
    series: [
      ...healthyCapability("sidecar-limited-alone", STOCK_NOW_MS).filter(
        ({ name }) => name !== "kube_pod_container_resource_limits",
      ),
      ...sidecarOf("sidecar-limited-alone", { cpu: 0.6, memory: 0.5 }),
    ],
    expected: { "saturation/cpu": 0.6, "saturation/memory": 0.5 },
  },
];
