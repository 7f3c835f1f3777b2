import { afterAll, beforeAll, expect, test } from "vitest";
import type { Components } from "@/lib/catalogue/components";
import { COMPONENTS } from "@/lib/catalogue/components.fixture";
import { type MadeCapability, platformSamples } from "@/lib/evaluation/platform.fixture";
import { INTERVAL_SECONDS, startTestEvaluation } from "@/testing/evaluation";
import { startPrometheus, type TestPrometheus } from "@/testing/prometheus";

// The same minutes twice, in two real stores: in one of them a tenant exposes all that could be somebody else's, or break a query.
const FROM_MS = Date.UTC(2026, 10, 21, 10);
const at = (minute: number) => FROM_MS + minute * 60_000;
const TO_MINUTE = 45;
const within = (fromMinute: number, toMinute: number) => (atMs: number) =>
  atMs >= at(fromMinute) && atMs < at(toMinute);
const EVIL = "evil";

const PLATFORM: Components = {
  windowSeconds: 60,
  components: COMPONENTS,
  podLosses: "max by ($tenant, pod, reason) (kube_pod_status_reason == 1)",
};
const capabilities: (Partial<MadeCapability> & { id: string })[] = [
  { id: "canary" },
  { id: EVIL },
  { id: "photos", errorShare: (atMs) => (within(30, 38)(atMs) ? 0.5 : 0) },
  {
    id: "shop",
    errorShare: (atMs) => (within(30, 45)(atMs) ? 0.5 : 0),
    restarts: [{ atMs: at(29), reason: "OOMKilled", exitCode: 137 }],
    deployments: [{ atMs: at(28), version: "2.0.0" }],
  },
  { id: "tickets", silent: within(35, 45) },
];

const everyScrape = (line: (atMs: number) => string) =>
  Array.from({ length: TO_MINUTE * 4 }, (_, nth) => line(FROM_MS + nth * 15_000));
const series = (name: string, labels: string, value: (nth: number) => string | number) => {
  let nth = 0;
  return everyScrape((atMs) => `${name}{${labels}} ${value(nth++)} ${atMs / 1000}`);
};

function platformLines(): string[] {
  const pods = capabilities.flatMap(({ id }) =>
    series("kube_pod_info", `tenant="${id}",namespace="${id}",pod="${id}-0",node="node-a"`, () => 1),
  );
  return [
    ...series("up", 'job="ingress"', () => 1),
    ...series("kube_node_status_condition", 'node="node-a",condition="Ready",status="true"', () => 1),
    ...pods,
  ];
}

function hostileLines(): string[] {
  const own = `tenant="${EVIL}"`;
  const pod = `${own},namespace="${EVIL}",pod="x",container="c"`;
  const set = `${own},namespace="${EVIL}",replicaset="r"`;
  const many = Array.from({ length: 1_500 }, (_, nth) => nth);
  return [
    // Of the platform, of others.
    ...series("up", `${own},job="ingress"`, () => 0),
    ...series("kube_node_status_condition", `${own},node="node-a",condition="Ready",status="true"`, () => 0),
    ...series("probe_success", `${own},target="photos",namespace="photos"`, () => 0),
    // What a query can't match, sum or order.
    ...["fast", "", "NaN", "-1", "1e400"].flatMap((le) =>
      series("http_request_duration_seconds_bucket", `${own},code="200",le="${le}"`, (nth) => nth),
    ),
    ...series(
      "http_request_duration_seconds_count",
      `${own},code="5é"`,
      (nth) => ["NaN", "-Inf", "1e308", "-5"][nth % 4] ?? 0,
    ),
    ...["a", "b"].flatMap((version) => [
      ...series(
        "kube_replicaset_labels",
        `${set},label_app_kubernetes_io_version="${version}",version="x"`,
        () => 1,
      ),
      ...series("kube_replicaset_created", `${set},extra="${version}"`, () => at(29) / 1000),
    ]),
    ...["Error", "OOM\0Killed"].flatMap((reason) => [
      ...series("kube_pod_container_status_last_terminated_reason", `${pod},reason="${reason}"`, () => 1),
    ]),
    ...series("kube_pod_container_status_last_terminated_timestamp", pod, () => at(31) / 1000),
    ...series("kube_pod_container_status_last_terminated_exitcode", pod, () => "+Inf"),
    ...series("kube_pod_container_status_restarts_total", pod, (nth) => (nth * 7) % 5),
    ...series("kube_pod_container_resource_limits", `${pod},resource="memory"`, () => 0),
    ...series("container_memory_working_set_bytes", pod, () => 1e308),
    // More than an answer holds.
    ...many.map(
      (nth) => `kube_pod_info{${own},namespace="${EVIL}",pod="p-${nth}",node="n-${nth}"} 1 ${at(32) / 1000}`,
    ),
  ];
}

let stores: Record<"without" | "hostile", TestPrometheus>;
beforeAll(async () => {
  const base = platformSamples(
    capabilities.map((capability) => ({ fromMs: FROM_MS, toMs: at(TO_MINUTE), ...capability })),
  );
  const written = (lines: string[]) => base.replace("# EOF\n", `${lines.join("\n")}\n# EOF\n`);
  const [without, hostile] = await Promise.all([
    startPrometheus({ openMetrics: written(platformLines()) }),
    startPrometheus({ openMetrics: written([...platformLines(), ...hostileLines()]) }),
  ]);
  stores = { without, hostile };
});
afterAll(() => Promise.all(Object.values(stores ?? {}).map((store) => store.stop())));

/** All that is written down about the others. Random ids are replaced by numbers, which only distinguish them. */
async function othersOf(
  url: string,
): Promise<{ others: string; evil: { verdicts: unknown[]; mails: unknown[] } }> {
  const evaluation = await startTestEvaluation(capabilities.map(({ id }) => id));
  try {
    const judge = evaluation.judge(url, { readComponents: async () => PLATFORM });
    for (let minute = 26; minute < TO_MINUTE; minute += INTERVAL_SECONDS / 60) await judge(at(minute));
    const verdicts = await evaluation.query<{ tenant_id: string }>(
      "SELECT tenant_id, at, side, sentence, reasons, would_decide, evidence FROM attribution ORDER BY tenant_id, id",
    );
    const states = await evaluation.query<{ tenant_id: string }>("SELECT * FROM judgement ORDER BY 1, 2, 3");
    const cycles = await evaluation.query(
      "SELECT signal, line, slot, outcome, reason FROM cycle ORDER BY 1, 2, 3",
    );
    const isOthers = ({ tenant_id }: { tenant_id: string }) => tenant_id !== EVIL;
    const mails = evaluation.notified.filter(({ capability }) => capability.id !== EVIL);
    const order = new Map<string, string>();
    const others = JSON.stringify({
      states: states.filter(isOthers),
      cycles,
      verdicts: verdicts.filter(isOthers),
      mails: mails.sort((a, b) =>
        a.capability.id < b.capability.id ? -1 : a.capability.id > b.capability.id ? 1 : 0,
      ),
    }).replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, (id) => {
      const known = order.get(id) ?? `#${order.size}`;
      order.set(id, known);
      return known;
    });
    return {
      others,
      evil: {
        verdicts: verdicts.filter((row) => !isOthers(row)),
        mails: evaluation.notified.filter(({ capability }) => capability.id === EVIL),
      },
    };
  } finally {
    await evaluation.drop();
  }
}

test("what one tenant exposes changes nothing of what is judged, decided and mailed about the others", async () => {
  const without = await othersOf(stores.without.url);
  const hostile = await othersOf(stores.hostile.url);
  expect(hostile.others).toBe(without.others);
  // Neither store is a still one: the others fire, are attributed and mailed, and so is the tenant that exposes all of that.
  expect(without.others).toContain('"kind":"firing"');
  expect(without.others).toContain("out of memory");
  expect(hostile.evil.mails.length).toBeGreaterThan(0);
  expect(hostile.evil.verdicts.length).toBeGreaterThan(0);
});
