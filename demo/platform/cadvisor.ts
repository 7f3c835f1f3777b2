import { createHash } from "node:crypto";
import type { Exposition, Labels } from "./exposition";

/** A container and its pod. `restarts`: each start of a container is another one to its runtime. */
export type ContainerPlace = {
  namespace: string;
  pod: string;
  /** The pod's. A StatefulSet makes another pod of the same name. */
  uid: string;
  container: string;
  image: string;
  restarts: number;
};

export type ContainerRow = ContainerPlace & { cpuSeconds: number; residentBytes: number };

const digest = (text: string) => createHash("sha256").update(text).digest("hex");

/** A pod's uid: the same for the same text, in history and live. @param made distinguishes it in its namespace */
export function uidOfPod(namespace: string, made: string): string {
  const hex = digest(`${namespace}/${made}`);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join("-");
}

/** A container's id at its runtime. */
export const containerIdOf = ({
  uid,
  container,
  restarts,
}: Pick<ContainerPlace, "uid" | "container" | "restarts">): string =>
  digest(`${uid}/${container}/${restarts}`);

const sliceOf = (uid: string) =>
  `/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${uid.replaceAll("-", "_")}.slice`;

/** The labels of a container's row: its cgroup as `id`, its id at the runtime as `name`. */
export function cadvisorLabels(place: ContainerPlace): Labels {
  const { namespace, pod, container, image } = place;
  const name = containerIdOf(place);
  return {
    namespace,
    pod,
    container,
    image,
    id: `${sliceOf(place.uid)}/cri-containerd-${name}.scope`,
    name,
  };
}

/** Writes what cAdvisor says of a node: its root cgroup, each pod's cgroup as a whole, and each container's. */
export function addCadvisorRows(exposition: Exposition, rows: readonly ContainerRow[]): void {
  const add = (
    labels: Labels,
    { cpuSeconds, residentBytes }: Pick<ContainerRow, "cpuSeconds" | "residentBytes">,
  ) => {
    exposition.add("container_cpu_usage_seconds_total", { ...labels, cpu: "total" }, cpuSeconds);
    exposition.add("container_memory_working_set_bytes", labels, residentBytes);
  };
  const sum = (of: readonly ContainerRow[]) => ({
    cpuSeconds: of.reduce((total, { cpuSeconds }) => total + cpuSeconds, 0),
    residentBytes: of.reduce((total, { residentBytes }) => total + residentBytes, 0),
  });
  add({ id: "/" }, sum(rows));
  const byPod = new Map<string, ContainerRow[]>();
  for (const row of rows) {
    const slice = sliceOf(row.uid);
    byPod.set(slice, [...(byPod.get(slice) ?? []), row]);
  }
  for (const [id, ofPod] of byPod) {
    const { namespace = "", pod = "" } = ofPod[0] ?? {};
    add({ namespace, pod, id }, sum(ofPod));
  }
  for (const row of rows) add(cadvisorLabels(row), row);
}
