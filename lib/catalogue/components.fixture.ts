import type { Components } from "./components";

/** A platform of an ingress, nodes that each carry some tenants, and a canary. */
export const COMPONENTS: Components["components"] = [
  { id: "ingress", name: "Ingress", state: 'min(up{job="ingress",$tenant=""})' },
  {
    id: "nodes",
    name: "Nodes",
    part: "node",
    state: 'min by (node) (kube_node_status_condition{condition="Ready",status="true",$tenant=""})',
    dependents: 'max by ($tenant, node) (kube_pod_info{node!=""})',
  },
  { id: "canary", name: "Canary", state: 'min(probe_success{$tenant="canary"})' },
];
