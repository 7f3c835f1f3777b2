import { describe, expect, test } from "vitest";
import type { CapabilityId } from "../../characters";
import { ClusterWorkload } from "../../cluster/workload";
import type { ClusterView, PodView, WorkloadView } from "../../cluster-view";
import { pastBefore, podNamed, workloadBefore } from "../../scenario";
import { kubeStateExposition, kubeStateSamples } from "./kube-state";

const NOW_MS = Date.UTC(2026, 10, 21, 18);
const past = pastBefore(NOW_MS);

const podOf = (id: CapabilityId, revision: string, more: Partial<PodView> = {}): PodView => ({
  capability: id,
  ...podNamed(id, revision, { slot: 0, ordinal: 0 }),
  revision,
  version: "1.0.0",
  node: "node-a",
  phase: "Running",
  ready: true,
  restarts: 0,
  lastTermination: null,
  waitingReason: null,
  init: { isDone: true, hasFailed: false, restarts: 0 },
  statusReason: null,
  createdAtMs: NOW_MS,
  ...more,
});

function sampled(workload: WorkloadView, pods: PodView[]) {
  const view: ClusterView = { nodes: [], workloads: [workload], pods, jobs: [] };
  const samples = kubeStateSamples(view);
  return (name: string, label: string) =>
    samples.filter((each) => each[0] === name).map(([, labels, value]) => [labels[label], value]);
}

const photos = () =>
  new ClusterWorkload("photos", workloadBefore(past.capabilities.photos.deployments, NOW_MS));

describe("a Deployment", () => {
  test("gives its revision numbers to its replica sets, and a rollback gives an older one the next number", () => {
    const workload = photos();
    workload.deploy(NOW_MS);
    expect(workload.rollBack()).toBe("1.4.2");
    const samples = sampled(workload.view(), [podOf("photos", workload.current.name)]);
    const revision = "annotation_deployment_kubernetes_io_revision";
    expect(samples("kube_deployment_annotations", revision)).toEqual([["5", 1]]);
    expect(samples("kube_replicaset_annotations", revision).map(([number]) => number)).toEqual([
      "1",
      "2",
      "5",
      "4",
    ]);
    expect(samples("kube_replicaset_spec_replicas", "replicaset").map(([, wanted]) => wanted)).toEqual([
      0, 0, 1, 0,
    ]);
    expect(samples("kube_deployment_status_observed_generation", "deployment")).toEqual([["photos", 5]]);
  });

  test("makes a replica set with its first replica in it, before there is a pod", () => {
    const workload = photos();
    const before = podOf("photos", workload.current.name);
    workload.deploy(NOW_MS);
    const samples = sampled(workload.view(), [before]);
    expect(samples("kube_replicaset_spec_replicas", "replicaset").map(([, wanted]) => wanted)).toEqual([
      0, 0, 1, 1,
    ]);
    expect(samples("kube_replicaset_status_replicas", "replicaset").map(([, there]) => there)).toEqual([
      0, 0, 1, 0,
    ]);
  });

  test("goes back and forth between two versions, and rolls out a newer one than both", () => {
    const workload = photos();
    expect([workload.rollBack(), workload.rollBack()]).toEqual(["1.4.1", "1.4.2"]);
    workload.rollBack();
    expect(workload.deploy(NOW_MS)).toBe("1.4.3");
  });
});

test("a StatefulSet's pods keep their names, and each has a uid of its own; its revisions change when all pods have", () => {
  const workload = new ClusterWorkload(
    "weather",
    workloadBefore(past.capabilities.weather.deployments, NOW_MS),
  );
  const old = podOf("weather", workload.current.name);
  workload.deploy(NOW_MS);
  const fresh = podOf("weather", workload.current.name);
  expect([old.name, fresh.name]).toEqual(["weather-0", "weather-0"]);
  expect(old.uid).not.toBe(fresh.uid);
  const revisions = (pods: PodView[]) => {
    const samples = sampled(workload.view(), pods);
    return ["current", "update"].map(
      (kind) => samples(`kube_statefulset_status_${kind}_revision`, "revision")[0]?.[0],
    );
  };
  expect(revisions([old])).toEqual([old.revision, fresh.revision]);
  expect(revisions([fresh])).toEqual([fresh.revision, fresh.revision]);
});

test("an init container that fails waits, and so do those after it", () => {
  const workload = photos();
  const pod = podOf("photos", workload.current.name, {
    phase: "Pending",
    ready: false,
    waitingReason: "PodInitializing",
    init: { isDone: false, hasFailed: true, restarts: 3 },
  });
  const samples = sampled(workload.view(), [pod]);
  expect(samples("kube_pod_init_container_status_waiting_reason", "reason")).toEqual([
    ["CrashLoopBackOff", 1],
  ]);
  expect(samples("kube_pod_container_status_waiting_reason", "reason")).toEqual([["PodInitializing", 1]]);
  expect(samples("kube_pod_init_container_status_restarts_total", "container")).toEqual([
    ["prepare", 3],
    ["log-shipper", 0],
  ]);
});

test("a native sidecar is an init container that restarts always, and has its limits there", () => {
  const samples = sampled(photos().view(), [podOf("photos", photos().current.name)]);
  expect(samples("kube_pod_init_container_info", "restart_policy")).toEqual([
    [undefined, 1],
    ["Always", 1],
  ]);
  expect(samples("kube_pod_init_container_resource_limits", "resource")).toEqual([
    ["cpu", 0.02],
    ["memory", 64 * 1024 * 1024],
  ]);
});

test("every family that is exposed has its HELP and TYPE, and no series is there twice", () => {
  const text = kubeStateExposition({ nodes: [], workloads: [photos().view()], pods: [], jobs: [] });
  const heads = text
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => line.slice(0, line.lastIndexOf(" ")));
  expect(new Set(heads).size).toBe(heads.length);
});
