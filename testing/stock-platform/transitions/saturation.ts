import { podOf, volumeOf } from "../capability";
import { constantly, exportersOf, growing, type StockSeries } from "../exporters";
import {
  capabilityWith,
  during,
  growingBy,
  seriesNamed,
  type TransitionScenario,
  until,
} from "./transition-scenario";

const GIB = 2 ** 30;
const OF_A = { pod: "web-1-aaaaa" };
const MEMORY = seriesNamed("container_memory_working_set_bytes", { ...OF_A, container: "app" });
const CPU = seriesNamed("container_cpu_usage_seconds_total", { ...OF_A, container: "app" });
const ofPodA = ({ labels }: StockSeries) => labels.pod === OF_A.pod && labels.job === "kube-state-metrics";

/** Bad from -75 on: ten minutes are over at -64.5. */
const BAD = "pending -74.5, firing -64.5";
const bad = during(-75, 1, 0.97 * GIB);

const claims = (id: string, logs: (before: StockSeries["at"]) => StockSeries["at"]) =>
  ["data", "logs"].map((persistentvolumeclaim) => {
    const at = constantly(1);
    return exportersOf(id).kubeState(
      "kube_persistentvolumeclaim_info",
      { persistentvolumeclaim, storageclass: "fast" },
      persistentvolumeclaim === "logs" ? logs(at) : at,
    );
  });
/** A volume that is full from -80 on, and reported until -50. */
const fullVolume = (id: string) =>
  volumeOf(exportersOf(id), "logs", 0.3, 0.1).map((each) => ({
    ...each,
    at: until(-50)(each.name.endsWith("used_bytes") ? during(-80, 1, 9.5 * GIB)(each.at) : each.at),
  }));

/** A job's pod, which uses all that it may. */
const migration = (id: string) =>
  podOf(exportersOf(id), { pod: "migrate-x", container: "migrate" }, { cores: 0.99, memoryShare: 0.99 })
    .filter(({ name }) => !["kube_pod_info", "kube_pod_owner"].includes(name))
    .concat(
      exportersOf(id).kubeState(
        "kube_pod_owner",
        {
          pod: "migrate-x",
          uid: "uid-of-migrate-x",
          owner_kind: "Job",
          owner_name: "migrate",
          owner_is_controller: "true",
        },
        constantly(1),
      ),
    );

export const SATURATION: readonly TransitionScenario[] = [
  {
    id: "t-memory",
    what: "a container uses 97 % of its memory for twenty minutes",
    why: "The most of two minutes counts, so it is good two minutes after its end.",
    series: capabilityWith("t-memory", [[MEMORY, during(-70, -50, 0.97 * GIB)]]),
    story: { "saturation/memory": "pending -69.5, firing -59.5, recovering -48, ok -43" },
  },
  {
    id: "t-memory-spike",
    what: "a container uses 97 % of its memory for eight minutes",
    why: "With the window it is 9.5 minutes, and ten alert.",
    series: capabilityWith("t-memory-spike", [[MEMORY, during(-70, -62, 0.97 * GIB)]]),
    story: { "saturation/memory": "pending -69.5, ok -60" },
  },
  {
    id: "t-memory-gap",
    what: "97 % for four minutes, 40 % for a minute, again and again",
    why: "The most of two minutes never falls: what is freed for a minute only isn't free.",
    series: capabilityWith("t-memory-gap", [
      [
        MEMORY,
        (before) => (minute) => (minute >= -75 && (minute + 75) % 5 < 4 ? 0.97 * GIB : before(minute)),
      ],
    ]),
    story: { "saturation/memory": BAD },
  },
  {
    id: "t-kubelet-lost",
    what: "a container at 97 % is lost with its kubelet, while another one is at 40 %",
    why: "The 40 % are of the other. Its last samples leave the window after two minutes.",
    series: capabilityWith("t-kubelet-lost", [[MEMORY, (before) => until(-55)(bad(before))]]),
    story: { "saturation/memory": `${BAD}, missing -52` },
  },
  {
    id: "t-pod-deleted",
    what: "a container at 97 % is deleted with its pod",
    why: "Missing, until kube-state-metrics doesn't list the pod any more: then it is gone on purpose.",
    series: capabilityWith("t-pod-deleted", [
      [MEMORY, (before) => until(-55)(bad(before))],
      [CPU, until(-55)],
      [ofPodA, until(-55)],
    ]),
    story: { "saturation/memory": `${BAD}, missing -52, fresh -50, recovering -50, ok -45` },
  },
  {
    id: "t-pod-completed",
    what: "a container at 97 % ends, and its pod is listed as failed",
    why: "A pod that failed runs no more: kube-state-metrics lists it at once as no pending or running one.",
    series: capabilityWith("t-pod-completed", [
      [MEMORY, (before) => until(-55)(bad(before))],
      [CPU, until(-55)],
      [seriesNamed("kube_pod_status_phase", { ...OF_A, phase: "Running" }), during(-55, 1, 0)],
      [seriesNamed("kube_pod_status_phase", { ...OF_A, phase: "Failed" }), during(-55, 1, 1)],
    ]),
    story: { "saturation/memory": `${BAD}, recovering -53, ok -48` },
  },
  {
    id: "t-back-good",
    what: "a container at 97 % is lost for ten minutes, and is back at 50 %",
    why: "Its own sample ends its breach.",
    series: capabilityWith("t-back-good", [
      [MEMORY, (before) => during(-55, -45, null)(during(-45, 1, 0.5 * GIB)(bad(before)))],
    ]),
    story: { "saturation/memory": `${BAD}, missing -52, fresh -44.5, recovering -44.5, ok -39.5` },
  },
  {
    id: "t-back-bad",
    what: "a container at 97 % is lost for ten minutes, and is back at 95 %",
    why: "It is the same alert.",
    series: capabilityWith("t-back-bad", [
      [MEMORY, (before) => during(-55, -45, null)(during(-45, 1, 0.95 * GIB)(bad(before)))],
    ]),
    story: { "saturation/memory": `${BAD}, missing -52, fresh -44.5` },
  },
  {
    id: "t-cpu",
    what: "a container uses 95 % of its CPU for twenty minutes",
    why: "The window is full of it after two minutes, and is below 90 % as soon as it holds half a minute of less.",
    series: capabilityWith("t-cpu", [[CPU, () => growingBy([-120, 0.2], [-70, 0.95], [-50, 0.2])]]),
    story: { "saturation/cpu": "pending -68, firing -58, recovering -49.5, ok -44.5" },
  },
  {
    id: "t-cpu-deleted",
    what: "a container at 95 % CPU is deleted with its pod",
    why: "Its rate falls while its samples leave the window, which proves nothing. Then it is missing until its pod isn't listed.",
    series: capabilityWith("t-cpu-deleted", [
      [CPU, () => until(-55)(growingBy([-120, 0.2], [-77, 0.95]))],
      [MEMORY, until(-55)],
      [ofPodA, until(-55)],
    ]),
    story: {
      "saturation/cpu": "pending -75, firing -65, recovering -54.5, missing -52, fresh -50, ok -46.5",
    },
  },
  {
    id: "t-cpu-lost",
    what: "a container at 95 % CPU is lost with its kubelet",
    why: "Its rate falls to 70 % while its samples leave the window: that is no recovery. The pod is still listed.",
    series: capabilityWith("t-cpu-lost", [[CPU, () => until(-55)(growingBy([-120, 0.2], [-77, 0.95]))]]),
    story: { "saturation/cpu": "pending -75, firing -65, recovering -54.5, missing -52" },
  },
  {
    id: "t-cpu-completed",
    what: "a container at 95 % CPU ends, and its pod is listed as failed",
    why: "Its rate falls at once. Its pod, which runs no more, is gone on purpose once it sends nothing.",
    series: capabilityWith("t-cpu-completed", [
      [CPU, () => until(-55)(growingBy([-120, 0.2], [-77, 0.95]))],
      [MEMORY, until(-55)],
      [seriesNamed("kube_pod_status_phase", { ...OF_A, phase: "Running" }), during(-55, 1, 0)],
      [seriesNamed("kube_pod_status_phase", { ...OF_A, phase: "Failed" }), during(-55, 1, 1)],
    ]),
    story: { "saturation/cpu": "pending -75, firing -65, recovering -54.5, ok -49.5" },
  },
  {
    id: "t-job-at-its-limits",
    what: "a migration uses 99 % of its CPU and memory",
    why: "A job's containers are no part of how the capability fares.",
    series: capabilityWith("t-job-at-its-limits", [], migration("t-job-at-its-limits")),
    story: {},
  },
  {
    id: "t-only-job-left",
    what: "the capability's containers are lost, and a migration's are measured on",
    why: "A job's fresh samples are none of the capability's. Both are known for two minutes at most.",
    series: capabilityWith(
      "t-only-job-left",
      [[({ name }) => name.startsWith("container_"), until(-55)]],
      migration("t-only-job-left"),
    ),
    story: { "saturation/cpu": "missing -52", "saturation/memory": "missing -52" },
  },
  {
    id: "t-two-measures",
    what: "the kubelet is scraped at /metrics/resource as well, where a container uses half of its CPU",
    why: "Twice measured is once used.",
    series: capabilityWith(
      "t-two-measures",
      [[CPU, () => growing(0.5)]],
      [
        exportersOf("t-two-measures").kubelet(
          "container_cpu_usage_seconds_total",
          "/metrics/resource",
          { ...OF_A, container: "app" },
          growing(0.5),
        ),
      ],
    ),
    story: {},
  },
  {
    id: "t-per-core",
    what: "a kubelet reports a container's CPU by core, 48 % on each of two",
    why: "A container uses the sum of its cores: 96 %.",
    series: capabilityWith(
      "t-per-core",
      [[CPU, () => constantly(1)]],
      ["cpu00", "cpu01"].map((cpu) =>
        exportersOf("t-per-core").cadvisor(
          "container_cpu_usage_seconds_total",
          { ...OF_A, container: "app" },
          growingBy([-120, 0.1], [-70, 0.48], [-50, 0.1]),
          { cpu },
        ),
      ),
    ),
    story: { "saturation/cpu": "pending -68, firing -58, recovering -49.5, ok -44.5" },
  },
  {
    id: "t-volume",
    what: "a volume is at 90 % for half an hour",
    why: "15 minutes alert and 15 recover.",
    series: capabilityWith("t-volume", [
      [seriesNamed("kubelet_volume_stats_used_bytes"), during(-70, -40, 9 * GIB)],
    ]),
    story: { "saturation/storage": "pending -69.5, firing -54.5, recovering -38, ok -23" },
  },
  {
    id: "t-inodes",
    what: "a volume has used 97 % of its inodes",
    why: "Without an inode no file can be written.",
    series: capabilityWith("t-inodes", [
      [seriesNamed("kubelet_volume_stats_inodes_used"), during(-70, -40, 0.97 * 655_360)],
    ]),
    story: { "saturation/storage": "pending -69.5, firing -54.5, recovering -38, ok -23" },
  },
  {
    id: "t-inodes-lost",
    what: "a second volume with 97 % of its inodes used is lost",
    why: "The bytes of the first one say nothing about it.",
    series: capabilityWith(
      "t-inodes-lost",
      [],
      [
        ...volumeOf(exportersOf("t-inodes-lost"), "logs", 0.3, 0.97).map((each) => ({
          ...each,
          at: until(-50)(each.at),
        })),
        ...claims("t-inodes-lost", (at) => at),
      ],
    ),
    story: { "saturation/storage": "pending -84, firing -69, missing -47" },
  },
  {
    id: "t-claim-deleted",
    what: "a full volume is deleted with its claim",
    why: "Missing, until the claim isn't listed any more.",
    series: capabilityWith(
      "t-claim-deleted",
      [],
      [...fullVolume("t-claim-deleted"), ...claims("t-claim-deleted", until(-50))],
    ),
    story: {
      "saturation/storage": "pending -79.5, firing -64.5, missing -47, fresh -45, recovering -45, ok -30",
    },
  },
  {
    id: "t-volume-lost",
    what: "a full volume isn't reported any more, and its claim exists",
    why: "The other volume says nothing about it.",
    series: capabilityWith(
      "t-volume-lost",
      [],
      [...fullVolume("t-volume-lost"), ...claims("t-volume-lost", (at) => at)],
    ),
    story: { "saturation/storage": "pending -79.5, firing -64.5, missing -47" },
  },
];
