import type { ClusterView } from "../../cluster-view";
import { Exposition } from "../../exposition";
import { FAMILIES } from "./help";
import { migrationSamples } from "./jobs";
import { podSamples } from "./pods";
import { type DemoSample, flag } from "./sample";
import { workloadSamples } from "./workloads";

/** What kube-state-metrics says of a cluster: the names and labels of its version 2, for the objects that the demo has. */
export function kubeStateSamples(view: ClusterView): DemoSample[] {
  const nodes = view.nodes.flatMap(({ id, ready }): DemoSample[] =>
    // A node that went away has an unknown condition: its kubelet can't say false any more.
    (["true", "false", "unknown"] as const).map((status) => [
      "kube_node_status_condition",
      { node: id, condition: "Ready", status },
      flag(status === (ready ? "true" : "unknown")),
    ]),
  );
  return [
    ...nodes,
    ...view.workloads.flatMap((workload) => workloadSamples(workload, view.pods)),
    ...view.pods.flatMap(podSamples),
    ...view.jobs.flatMap(migrationSamples),
  ];
}

export function kubeStateExposition(view: ClusterView): string {
  const exposition = new Exposition();
  for (const [name, [type, help]] of Object.entries(FAMILIES)) exposition[type](name, help);
  for (const [name, labels, value] of kubeStateSamples(view)) exposition.add(name, labels, value);
  return exposition.text();
}
