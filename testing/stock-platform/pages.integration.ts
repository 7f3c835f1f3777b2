import { afterAll, beforeAll, expect, test } from "vitest";
import { createPrometheus } from "@/lib/prometheus/client";
import { mintTenantScope } from "@/lib/tenant/mint";
import { NEVER_EVALUATED } from "@/lib/views/health/evaluated";
import { healthOf } from "@/lib/views/health/health";
import type { HealthView } from "@/lib/views/health/view";
import { defaultBundle } from "../evaluation";
import { startPrometheus, type TestPrometheus } from "../prometheus";
import { exportersOf, stockOpenMetrics } from "./exporters";
import { STOCK_NOW_MS } from "./scenario";
import { WHOLE } from "./scenarios/whole";
import { SCALED_TO_ZERO } from "./transitions/scaled-to-zero";
import { capabilityWith, during } from "./transitions/transition-scenario";

const LIMITS = ({ name }: { name: string }) => name === "kube_pod_container_resource_limits";
const WITHOUT_LIMITS = capabilityWith("without-limits", [[LIMITS, during(-90, 1, null)]]);
/** Without kube-state-metrics nobody knows whether there are limits. */
const WITHOUT_KUBE_STATE = capabilityWith("without-kube-state", [
  [({ labels }) => labels.job === "kube-state-metrics", during(-90, 1, null)],
]);
const LIMITS_GONE = capabilityWith("limits-gone", [[LIMITS, during(-20, 1, null)]]);
/** Longer than the hour that the page shows. */
const LIMITS_GONE_FOR_LONG = capabilityWith("limits-gone-for-long", [[LIMITS, during(-80, 1, null)]]);
const TWO_REASONS = capabilityWith(
  "two-waits",
  [],
  ["ErrImagePull", "ImagePullBackOff"].map((reason) =>
    exportersOf("two-waits").kubeState(
      "kube_pod_container_status_waiting_reason",
      { pod: "web-1-bbbbb", uid: "uid-of-web-1-bbbbb", container: "app", reason },
      (minute) => ((Math.floor(minute) % 2 === 0) === (reason === "ErrImagePull") ? 1 : null),
    ),
  ),
);

/** A container that was being created from one minute to another. */
const creating = (id: string, from: number, to: number) =>
  capabilityWith(
    id,
    [],
    [
      // As an older kube-state-metrics, which says of each reason whether it is the one.
      exportersOf(id).kubeState(
        "kube_pod_container_status_waiting_reason",
        { pod: "web-1-bbbbb", uid: "uid-of-web-1-bbbbb", container: "app", reason: "ContainerCreating" },
        during(from, to, 1)(() => 0),
      ),
    ],
  );
const CREATING = [...creating("created-lately", -3, -1), ...creating("creating-now", -3, 1)];

let prometheus: TestPrometheus;
beforeAll(async () => {
  const series = [
    ...[...WHOLE, ...SCALED_TO_ZERO].flatMap((scenario) => scenario.series),
    ...WITHOUT_LIMITS,
    ...WITHOUT_KUBE_STATE,
    ...LIMITS_GONE,
    ...CREATING,
    ...LIMITS_GONE_FOR_LONG,
    ...TWO_REASONS,
  ];
  prometheus = await startPrometheus({ openMetrics: stockOpenMetrics(series, STOCK_NOW_MS) });
});
afterAll(() => prometheus?.stop());

/** The page of a capability, at a minute before the end, judged by the page alone. */
function pageOf(id: string, minute = 0): Promise<HealthView> {
  const bundle = defaultBundle();
  const sources = {
    bundle,
    tenantLabel: "tenant",
    prometheus: createPrometheus({ url: prometheus.url }),
  };
  const nowMs = STOCK_NOW_MS + minute * 60_000 + bundle.scrapeIntervalSeconds * 1000;
  const recorded = Promise.resolve({ settings: [], evaluated: NEVER_EVALUATED });
  return healthOf(sources, mintTenantScope(id), { id, name: id }, nowMs, recorded, "Europe/Berlin");
}
const statusesOf = ({ signals }: HealthView) =>
  Object.fromEntries(
    signals.flatMap(({ id, lines }) => lines.map((line) => [`${id}/${line.id}`, line.status])),
  );

test.each([
  ["image-pull-backoff", "container app of pod web-2-ccccc (ImagePullBackOff)"],
  ["missing-secret", "container app of pod web-2-ccccc (CreateContainerConfigError)"],
  ["init-image", "container app of pod web-2-ccccc (ErrImagePull)"],
  ["crash-loop-pause", "container app of pod web-2-ccccc (CrashLoopBackOff)"],
  ["unschedulable", "pod web-2-ccccc (no node takes it)"],
  ["two-waits", "container app of pod web-1-bbbbb (ImagePullBackOff)"],
])("%s: the headline names what waits, and why", async (id, waiting) => {
  const { overall, runtime } = await pageOf(id);
  expect(overall.state).toBe("trouble");
  expect(overall.sentence).toContain("running pods");
  expect(overall.sentence).toContain(`Waiting: ${waiting}.`);
  expect(runtime.waiting).toHaveLength(1);
});

test.each(["migration-waits", "init-at-work", "reasons-at-zero", "scaled-down"])(
  "%s: nothing is said to wait",
  async (id) => {
    const { overall, runtime } = await pageOf(id);
    expect([overall.state, runtime.waiting]).toEqual(["healthy", undefined]);
  },
);

test("a container is said to be created only while it is", async () => {
  expect((await pageOf("created-lately")).runtime.waiting).toBeUndefined();
  expect((await pageOf("creating-now")).runtime.waiting).toEqual([
    { pod: "web-1-bbbbb", container: "app", reason: "ContainerCreating" },
  ]);
});

test.each([
  ["one-of-three", "ready replicas 33 %"],
  ["database-not-ready", "ready replicas 0 %"],
  ["daemon-not-ready", "ready replicas 75 %"],
  ["inodes-full", "storage 97 %"],
  ["init-crash-loop", "restarts 4"],
])("%s: the headline says %s", async (id, words) => {
  const { overall } = await pageOf(id);
  expect(overall.state).toBe("trouble");
  expect(overall.sentence.replaceAll("\u00a0", " ")).toContain(words);
});

test("everything at zero is a state of its own, since a minute that is written in the capability's zone", async () => {
  const page = await pageOf("t-scaled-to-zero", -40);
  expect(page.overall).toMatchObject({ state: "scaled-to-zero", headline: "Scaled to zero" });
  expect(page.overall.sentence).toMatch(
    /^Scaled to zero replicas since Saturday 21 November 2026, 12:01:00 CET; nothing is running\.[^:]*$/,
  );
  expect(new Set(Object.values(statusesOf(page)))).toEqual(new Set(["scaled-to-zero"]));
});

test("an hour and more at zero is shown in steps of five minutes", async () => {
  const { overall } = await pageOf("t-zero-for-good", 0);
  expect(overall.sentence).toMatch(
    /^Scaled to zero replicas since Saturday 21 November 2026, 11:45:00 CET; nothing is running\./,
  );
});

test("what was at zero all the time that is known may have been so earlier", async () => {
  const { overall } = await pageOf("scaled-to-zero");
  expect(overall.sentence).toMatch(
    /^Scaled to zero replicas since Saturday 21 November 2026, 11:35:00 CET or earlier; nothing is running\./,
  );
});

test("what was just scaled up isn't healthy before it is reached", async () => {
  const { overall, signals } = await pageOf("t-scaled-to-zero", -29.5);
  expect(overall).toMatchObject({ state: "pending", headline: "Pending: availability" });
  expect(signals[0]).toMatchObject({ status: "pending", conditionSinceMs: null });
});

test.each([
  ["t-one-at-zero", "trouble"],
  ["t-zero-beside-a-rollout", "trouble"],
  ["t-rollout-without-pods", "trouble"],
  ["t-cluster-gone-standby-at-zero", "trouble"],
  ["t-web-deleted-worker-at-zero", "trouble"],
  ["t-served-elsewhere", "trouble"],
  ["t-zero-with-traffic", "trouble"],
  ["t-scaled-to-zero", "healthy"],
])("%s isn't scaled to zero now: %s", async (id, state) => {
  expect((await pageOf(id)).overall.state).toBe(state);
});

test("containers without limits are healthy, with the sentence that the thresholds can't be judged", async () => {
  const page = await pageOf("without-limits");
  expect(statusesOf(page)).toMatchObject({ "saturation/cpu": "no-limit", "saturation/memory": "no-limit" });
  expect(page.overall).toEqual({
    state: "healthy",
    headline: "Healthy",
    sentence:
      "All signals that can be judged are within your thresholds. No container limit is reported for CPU and memory, so they can't be judged.",
  });
});

test.each(["without-kube-state", "limits-gone", "limits-gone-for-long"])(
  "%s: that there is no limit isn't proven, so it is no data",
  async (id) => {
    expect(statusesOf(await pageOf(id))).toMatchObject({
      "saturation/cpu": "no-data",
      "saturation/memory": "no-data",
    });
  },
);
