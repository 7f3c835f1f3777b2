import { cadvisorLabels } from "../cadvisor";
import { namespaceOf, type ResidentId } from "../characters";
import { SIDECAR, sidecarUsage } from "../containers";
import type { Past, PastPod } from "../scenario";
import { kubeletTarget } from "../targets";
import { grid, type HistoryStretch, Line } from "./lines";

/** Processor time and memory of a pod's native sidecar, as cAdvisor counts them. */
export function sidecarWriter(
  past: Past,
  id: ResidentId,
  pod: PastPod,
): (stretch: HistoryStretch) => Generator<string> {
  const labels = {
    ...kubeletTarget(pod.node, "/metrics/cadvisor"),
    tenant: id,
    ...cadvisorLabels({
      namespace: namespaceOf(id),
      pod: pod.name,
      uid: pod.uid,
      container: SIDECAR.name,
      image: SIDECAR.image,
      restarts: 0,
    }),
  };
  const cpu = new Line("container_cpu_usage_seconds_total", { ...labels, cpu: "total" });
  const memory = new Line("container_memory_working_set_bytes", labels);
  return function* sidecars(stretch) {
    const lived = {
      ...stretch,
      fromMs: Math.max(stretch.fromMs, pod.fromMs),
      toMs: Math.min(stretch.toMs, pod.toMs),
    };
    for (const atMs of grid(lived, past.gap, { early: 120, lastDay: 60 })) {
      const { cpuSeconds, residentBytes } = sidecarUsage(pod.fromMs, atMs);
      yield cpu.at(atMs, cpuSeconds) + memory.at(atMs, residentBytes);
    }
  };
}
