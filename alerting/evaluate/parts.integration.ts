import { afterAll, beforeAll, expect, test } from "vitest";
import type { SignalId } from "@/lib/catalogue/bundle";
import { createPrometheus } from "@/lib/prometheus/client";
import { askHistory } from "@/lib/thresholds/ask-history";
import { backtest, type PastAlert } from "@/lib/thresholds/backtest";
import { type HistoryPart, replayPointsOf } from "@/lib/thresholds/history";
import { NEVER_EVALUATED } from "@/lib/views/health/evaluated";
import { healthOf } from "@/lib/views/health/health";
import {
  defaultBundle,
  INTERVAL_SECONDS,
  startTestEvaluation,
  type TestEvaluation,
} from "@/testing/evaluation";
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

/** What the preview says of a line at the instants that the evaluator asked about, and the page of its last hour. */
async function previewOf(tenant: string, signal: SignalId, line: string) {
  const bundle = defaultBundle();
  const threshold = bundle.signals[signal].lines.find(({ id }) => id === line)?.threshold;
  if (!threshold) throw new Error(`The bundle doesn't judge ${signal}/${line}.`);
  const sources = { bundle, tenantLabel: "tenant", prometheus: createPrometheus({ url: prometheus.url }) };
  const slotMs = INTERVAL_SECONDS * 1000;
  const scrapeMs = bundle.scrapeIntervalSeconds * 1000;
  // In stretches that cut through what happens, as a long range is read.
  const stretches: HistoryPart[] = [];
  for (let fromMs = at(6); fromMs < at(TO_MINUTE); fromMs += 16 * slotMs) {
    const toMs = Math.min(fromMs + 15 * slotMs, at(TO_MINUTE) - slotMs);
    const grid = { fromMs: fromMs - scrapeMs, toMs: toMs - scrapeMs, stepSeconds: INTERVAL_SECONDS };
    const answer = await askHistory(sources, evaluation.scope(tenant), { signal, line }, grid);
    if (!answer?.ok) throw new Error(`The history can't be had: ${JSON.stringify(answer)}`);
    stretches.push(answer.data);
  }
  const { worse } = bundle.signals[signal];
  const { alerts } = backtest(replayPointsOf(stretches), { ...threshold, worse }, INTERVAL_SECONDS);
  const recorded = Promise.resolve({ settings: [], evaluated: NEVER_EVALUATED });
  const nowMs = at(TO_MINUTE) - slotMs;
  const page = await healthOf(
    sources,
    evaluation.scope(tenant),
    { id: tenant, name: tenant },
    nowMs,
    recorded,
  );
  const shown = page.signals.find(({ id }) => id === signal)?.lines.find(({ id }) => id === line);
  return { alerts: alerts.map((alert) => shiftedBy(alert, scrapeMs)), shown };
}

const shiftedBy = ({ breachedAtMs, firedAtMs, endedAtMs }: PastAlert, ms: number): PastAlert => ({
  breachedAtMs: breachedAtMs + ms,
  firedAtMs: firedAtMs + ms,
  endedAtMs: endedAtMs === null ? null : endedAtMs + ms,
});

test.each([
  ["lost-container", "saturation", "memory", "firing"],
  ["deleted-container", "saturation", "memory", "ok"],
  ["back-container", "saturation", "memory", "ok"],
  ["good-container", "saturation", "memory", "ok"],
  ["lost-volume", "saturation", "storage", "firing"],
  ["crash-looping-volume", "saturation", "storage", "firing"],
  ["lost-target", "availability", "availability", "firing"],
] as const)(
  "%s: the preview and the page without an evaluator say what the evaluator did",
  async (tenant, signal, line, condition) => {
    const { alerts, shown } = await previewOf(tenant, signal, line);
    const done = await evaluation.query<Record<"breached_at" | "fired_at", Date> & { ended_at: Date | null }>(
      "SELECT breached_at, fired_at, ended_at FROM episode WHERE tenant_id = $1 AND line = $2",
      [tenant, line],
    );
    expect(done).toHaveLength(1);
    expect(alerts).toEqual(
      done.map(({ breached_at, fired_at, ended_at }) => ({
        breachedAtMs: breached_at.getTime(),
        firedAtMs: fired_at.getTime(),
        endedAtMs: ended_at?.getTime() ?? null,
      })),
    );
    expect(shown?.condition).toBe(condition);
  },
);

test("the page without an evaluator names the part that it misses", async () => {
  const { shown } = await previewOf("lost-container", "saturation", "memory");
  expect(shown?.reading).toEqual({
    kind: "no-data",
    last: null,
    missingParts: ["container db of pod db-0"],
  });
});

/** A tenant's alerts and its mails, in order: each mail's kind and its missing parts. */
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
  // No relay accepts mails here, so one mail replaces those that would have reported its beginning.
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
