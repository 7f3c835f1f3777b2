import { afterAll, beforeAll, expect, test } from "vitest";
import { INTERVAL_SECONDS, startTestEvaluation, type TestEvaluation } from "@/testing/evaluation";
import { startPrometheus, type TestPrometheus } from "@/testing/prometheus";

// A bad part that sends nothing any more, in a real store: beside others that are well its alert may not end by that.
const FROM_MS = Date.UTC(2026, 10, 21, 10);
const SCRAPE_MS = 15_000;
const at = (minute: number) => FROM_MS + minute * 60_000;
const TO_MINUTE = 60;
const LIMIT_BYTES = 1_000;
/** From here on the bad part is as the test says. Every alert has fired by then. */
const TURN_MINUTE = 25;

type Value = (minute: number) => number | null;
const always =
  (value: number): Value =>
  () =>
    value;
const until =
  (minute: number, value: number): Value =>
  (now) =>
    now < minute ? value : null;
const thenFrom =
  (minute: number, before: Value, after: Value): Value =>
  (now) =>
    (now < minute ? before : after)(now);

function series(name: string, labels: Record<string, string>, value: Value): string[] {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${text}"`);
  return Array.from({ length: (TO_MINUTE * 60_000) / SCRAPE_MS }, (_, nth) => {
    const atMs = FROM_MS + nth * SCRAPE_MS;
    const sample = value((atMs - FROM_MS) / 60_000);
    return sample === null ? [] : [`${name}{${pairs.join(",")}} ${sample} ${atMs / 1000}`];
  }).flat();
}

/** What cAdvisor says of a container, and kube-state-metrics of its pod while that exists. */
function container(
  tenant: string,
  pod: string,
  node: string,
  memory: Value,
  exists: Value = always(1),
): string[] {
  const of = { tenant, namespace: tenant, pod };
  const cadvisor = { ...of, container: "db", node, image: "registry.example/db:1", id: `/kubepods/${pod}` };
  const bytes: Value = (minute) => {
    const share = memory(minute);
    return share === null ? null : share * LIMIT_BYTES;
  };
  return [
    ...series("container_memory_working_set_bytes", cadvisor, bytes),
    ...series("kube_pod_container_resource_limits", { ...of, container: "db", resource: "memory" }, (now) =>
      exists(now) === null ? null : LIMIT_BYTES,
    ),
    ...series("kube_pod_status_phase", { ...of, phase: "Running" }, exists),
  ];
}

function volume(tenant: string, claim: string, used: Value, exists: Value = always(1)): string[] {
  const of = { tenant, namespace: tenant, persistentvolumeclaim: claim };
  const bytes: Value = (minute) => {
    const share = used(minute);
    return share === null ? null : share * LIMIT_BYTES;
  };
  return [
    ...series("kubelet_volume_stats_used_bytes", of, bytes),
    ...series("kubelet_volume_stats_capacity_bytes", of, (now) => (used(now) === null ? null : LIMIT_BYTES)),
    ...series("kube_persistentvolumeclaim_info", { ...of, storageclass: "fast" }, exists),
  ];
}

const target = (tenant: string, instance: string, success: Value) =>
  series("probe_success", { tenant, job: "blackbox", instance }, success);

/** A kubelet drops a volume's statistics while its pod crash-loops: it is seen for 30 s of each 330 s. */
const crashLooping: Value = (minute) => (minute % 5.5 < 0.5 ? 0.999 : null);

const TENANTS: Record<string, string[]> = {
  // node-b's kubelet stops answering.
  "lost-container": [
    ...container("lost-container", "db-0", "node-b", until(TURN_MINUTE, 0.97)),
    ...container("lost-container", "db-1", "node-a", always(0.4)),
  ],
  "deleted-container": [
    ...container("deleted-container", "db-0", "node-b", until(TURN_MINUTE, 0.97), until(TURN_MINUTE, 1)),
    ...container("deleted-container", "db-1", "node-a", always(0.4)),
  ],
  "back-container": [
    ...container("back-container", "db-0", "node-b", (minute) =>
      minute < TURN_MINUTE ? 0.97 : minute < 40 ? null : 0.5,
    ),
    ...container("back-container", "db-1", "node-a", always(0.4)),
  ],
  "good-container": [
    ...container("good-container", "db-0", "node-b", thenFrom(TURN_MINUTE, always(0.97), always(0.5))),
    ...container("good-container", "db-1", "node-a", always(0.4)),
  ],
  "lost-volume": [
    ...volume("lost-volume", "data", until(TURN_MINUTE, 0.97)),
    ...volume("lost-volume", "logs", always(0.4)),
  ],
  "crash-looping-volume": [
    ...volume("crash-looping-volume", "data", crashLooping),
    ...volume("crash-looping-volume", "logs", always(0.4)),
  ],
  "lost-target": [
    ...target("lost-target", "https://a.example", until(TURN_MINUTE, 0)),
    ...target("lost-target", "https://b.example", always(1)),
  ],
};

let prometheus: TestPrometheus;
let evaluation: TestEvaluation;
beforeAll(async () => {
  const samples = Object.values(TENANTS)
    .flat()
    .toSorted((a, b) => (a.slice(0, a.indexOf("}")) < b.slice(0, b.indexOf("}")) ? -1 : 1));
  prometheus = await startPrometheus({ openMetrics: `${samples.join("\n")}\n# EOF\n` });
  evaluation = await startTestEvaluation(Object.keys(TENANTS));
  const judge = evaluation.judge(prometheus.url);
  for (let slotMs = at(6); slotMs < at(TO_MINUTE); slotMs += INTERVAL_SECONDS * 1000) await judge(slotMs);
});
afterAll(async () => {
  await evaluation?.drop();
  await prometheus?.stop();
});

/** A tenant's alerts and its mails, in order; of the latter what they are and which parts they miss. */
async function storyOf(tenant: string, line: string) {
  const alerts = await evaluation.query<{ ended_at: Date | null; end_reason: string | null }>(
    "SELECT ended_at, end_reason FROM episode WHERE tenant_id = $1 AND line = $2",
    [tenant, line],
  );
  const mails = evaluation.notified.filter(
    ({ capability, lines }) => capability.id === tenant && lines.some((each) => each.line === line),
  );
  return {
    alerts,
    mails: mails.map(({ kind, lines }) => [kind, ...lines.flatMap((each) => each.missingParts)]),
  };
}

test.each([
  ["lost-container", "memory", "container db of pod db-0"],
  ["lost-volume", "storage", "volume data"],
  ["lost-target", "availability", "target https://a.example"],
])(
  "%s: an alert stands while its part sends nothing, and the mail names the part",
  async (tenant, line, part) => {
    const { alerts, mails } = await storyOf(tenant, line);
    expect(alerts).toEqual([{ ended_at: null, end_reason: null }]);
    expect(mails).toEqual([["firing"], ["data-missing", part]]);
  },
);

test.each(["deleted-container", "good-container"])("%s: the alert recovers", async (tenant) => {
  const { alerts, mails } = await storyOf(tenant, "memory");
  expect(alerts).toMatchObject([{ end_reason: "recovered" }]);
  expect(mails.at(0)).toEqual(["firing"]);
  // No relay takes mails here, so one mail replaces those that would have told of its beginning.
  expect(mails.at(-1)).toEqual(["fired-and-recovered"]);
});

test("a part that comes back well ends its alert by its own samples", async () => {
  const { alerts, mails } = await storyOf("back-container", "memory");
  expect(alerts).toMatchObject([{ end_reason: "recovered" }]);
  expect(alerts[0]?.ended_at?.getTime()).toBeGreaterThan(at(45));
  expect(mails).toEqual([["firing"], ["data-missing", "container db of pod db-0"], ["fired-and-recovered"]]);
});

test("a full volume that is seen only now and then fires all the same", async () => {
  const { alerts } = await storyOf("crash-looping-volume", "storage");
  expect(alerts).toEqual([{ ended_at: null, end_reason: null }]);
});
