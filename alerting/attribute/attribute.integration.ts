import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { alertStore } from "@/lib/alerts/store";
import { reasonWords } from "@/lib/attribution/reason-words";
import { attributionStore } from "@/lib/attribution/store";
import type { Components } from "@/lib/catalogue/components";
import { COMPONENTS } from "@/lib/catalogue/components.fixture";
import { type MadeCapability, platformSamples } from "@/lib/evaluation/platform.fixture";
import { createFleet, type Fleet } from "@/lib/prometheus/fleet";
import { INTERVAL_SECONDS, startTestEvaluation, type TestEvaluation } from "@/testing/evaluation";
import { startPrometheus, type TestPrometheus } from "@/testing/prometheus";

const FROM_MS = Date.UTC(2026, 10, 21, 10);
const at = (minute: number) => FROM_MS + minute * 60_000;
const within = (fromMinute: number, toMinute: number) => (atMs: number) =>
  atMs >= at(fromMinute) && atMs < at(toMinute);
const failing = (fromMinute: number, toMinute: number) => ({
  errorShare: (atMs: number) => (within(fromMinute, toMinute)(atMs) ? 0.5 : 0),
});

const PLATFORM: Components = {
  windowSeconds: 60,
  components: COMPONENTS,
  podLosses: "max by ($tenant, pod, reason) (kube_pod_status_reason == 1)",
};

/** Where each tenant's pods run, and which of them have errors when. */
const NODES: Record<string, string> = { tickets: "node-b", alone: "node-c" };
const capabilities: (Partial<MadeCapability> & { id: string })[] = [
  { id: "canary" },
  { id: "photos", ...failing(30, 50) },
  { id: "crashing", ...failing(30, 50), restarts: [{ atMs: at(29), reason: "OOMKilled", exitCode: 137 }] },
  { id: "tickets", ...failing(60, 80) },
  { id: "shop", ...failing(60, 80), deployments: [{ atMs: at(58), version: "2.0.0" }] },
  { id: "alone", ...failing(60, 80) },
  ...["one", "two", "three", "four"].map((id) => ({ id, ...failing(90, 110) })),
];

function samples(): string {
  const lines: string[] = [];
  for (let atMs = FROM_MS; atMs <= at(120); atMs += 15_000) {
    const line = (name: string, labels: Record<string, string>, value: number) =>
      lines.push(
        `${name}{${Object.entries(labels).map(([key, text]) => `${key}="${text}"`)}} ${value} ${atMs / 1000}`,
      );
    line("up", { job: "ingress" }, 1);
    // What a tenant says of the platform is nothing of the platform's.
    line("up", { tenant: "crashing", job: "ingress" }, 0);
    for (const node of ["node-a", "node-b", "node-evil"])
      line(
        "kube_node_status_condition",
        { tenant: "crashing", node, condition: "Ready", status: "true" },
        node === "node-b" ? 1 : 0,
      );
    for (const node of ["node-a", "node-b", "node-c"]) {
      const ready = node === "node-b" && within(59, 70)(atMs) ? 0 : 1;
      line("kube_node_status_condition", { node, condition: "Ready", status: "true" }, ready);
    }
    for (const { id } of capabilities) {
      const pod = { tenant: id, namespace: id, pod: `${id}-0` };
      line("kube_pod_info", { ...pod, node: NODES[id] ?? "node-a" }, 1);
      if (id === "alone" && within(62, 68)(atMs))
        line("kube_pod_status_reason", { ...pod, reason: "NodeLost" }, 1);
      // A pod that was evicted long ago, and whose record was never cleared.
      if (id === "photos") line("kube_pod_status_reason", { ...pod, reason: "NodeLost" }, 1);
    }
  }
  const all = platformSamples(
    capabilities.map((capability) => ({ fromMs: FROM_MS, toMs: at(120), ...capability })),
  );
  const bySeries = lines.toSorted((a, b) =>
    a.slice(0, a.indexOf("}")) < b.slice(0, b.indexOf("}")) ? -1 : 1,
  );
  return all.replace("# EOF\n", `${bySeries.join("\n")}\n# EOF\n`);
}

let prometheus: TestPrometheus;
beforeAll(async () => {
  prometheus = await startPrometheus({ openMetrics: samples() });
});
afterAll(() => prometheus?.stop());

let evaluation: TestEvaluation;
beforeEach(async () => {
  evaluation = await startTestEvaluation(capabilities.map(({ id }) => id));
});
afterEach(() => evaluation.drop());

const withComponents = { readComponents: async () => PLATFORM };
type Change = Parameters<TestEvaluation["judge"]>[1];
async function run(fromMinute: number, toMinute: number, change: Change = withComponents): Promise<void> {
  const judge = evaluation.judge(prometheus.url, change);
  for (let minute = fromMinute; minute < toMinute; minute += INTERVAL_SECONDS / 60) await judge(at(minute));
}
async function verdictsOf(tenantId: string) {
  const scope = evaluation.scope(tenantId);
  const [alert] = await alertStore.readAlerts(scope);
  return alert ? attributionStore.readVerdicts(scope, alert.id) : [];
}
const notified = (tenantId: string) =>
  evaluation.notified.find(({ capability, kind }) => capability.id === tenantId && kind === "firing")
    ?.verdict;

describe("a verdict is given at onset", () => {
  test("yours, where all of the platform works; by its reason, where a container ran out of memory", async () => {
    await run(28, 38);
    const [photos] = await verdictsOf("photos");
    expect(photos).toMatchObject({ side: "yours", wouldDecide: null });
    expect(photos?.reasons.map(({ kind }) => kind)).toEqual(["platform-works"]);
    const [crashing] = await verdictsOf("crashing");
    expect(crashing?.reasons).toMatchObject([
      { kind: "app-exit", target: { kind: "event", event: "restart", atMs: at(29) } },
    ]);
    expect(notified("crashing")).toEqual({
      side: "yours",
      sentence: "What is known points to your capability itself.",
      evidence: ["A container of yours ended by itself, 2 min before it began: out of memory."],
    });
  });

  test("the platform's for whom the failing node carries, and only for them", async () => {
    await run(57, 68);
    const [tickets] = await verdictsOf("tickets");
    expect(tickets?.side).toBe("platform");
    expect(tickets?.reasons[0]).toMatchObject({
      sentence: "Nodes (node-b), which your capability depends on, was failing at onset.",
      now: "failing",
    });
    const [shop] = await verdictsOf("shop");
    expect(shop).toMatchObject({ side: "yours", reasons: [{ kind: "deployment" }] });
    const [alone] = await verdictsOf("alone");
    expect(alone).toMatchObject({ side: "platform", reasons: [{ kind: "machine-exit" }] });
  });

  test("unclear, where three others left their thresholds in the same minutes and nothing else is known", async () => {
    await run(88, 98);
    const [one] = await verdictsOf("one");
    expect(one).toMatchObject({ side: "unclear", reasons: [{ kind: "others-affected" }] });
    expect(one?.wouldDecide).toMatch(/would decide it\.$/);
  });

  test("unclear, where the operator has named no components", async () => {
    await run(28, 38, {});
    expect(await verdictsOf("photos")).toMatchObject([
      { side: "unclear", reasons: [], wouldDecide: expect.stringContaining("at onset would decide it") },
    ]);
  });
});

describe("a verdict lasts", () => {
  test("it is revised when what is known changes, and every change is kept", async () => {
    await run(57, 67, {});
    const scope = evaluation.scope("tickets");
    expect((await verdictsOf("tickets")).map(({ side }) => side)).toEqual(["unclear"]);
    await run(67, 75);
    const given = await verdictsOf("tickets");
    expect(given.map(({ side }) => side)).toEqual(["unclear", "platform", "platform"]);
    expect(given.map(({ reasons }) => reasons[0] && reasonWords(reasons[0], true))).toEqual([
      undefined,
      "Nodes (node-b), which your capability depends on, was failing at onset; still failing.",
      "Nodes (node-b), which your capability depends on, was failing at onset; has recovered.",
    ]);
    const ids = (await alertStore.readAlerts(scope)).map(({ id }) => id);
    expect([...(await attributionStore.readSides(scope, ids)).values()]).toContain("platform");
    expect(await attributionStore.readOpenVerdicts(scope)).toMatchObject([
      { signal: "error-rate", verdict: { side: "platform" } },
    ]);
  });

  test("nothing is said of an onset that nobody looked at in time", async () => {
    await run(57, 75);
    await evaluation.query("DELETE FROM attribution");
    await run(82, 83);
    expect(await verdictsOf("tickets")).toEqual([]);
  });

  test("a cycle that is judged again from the database gives the same verdict once", async () => {
    for (let minute = 28; minute < 40; minute += 0.5)
      await evaluation.judge(prometheus.url, withComponents)(at(minute));
    expect(await verdictsOf("photos")).toHaveLength(1);
  });

  test("an alert without availability is no outage", async () => {
    await run(28, 38);
    const since = { sinceMs: at(0), otherLines: [] };
    expect(await attributionStore.readOutages(evaluation.scope("photos"), since)).toEqual([]);
  });
});

describe("what a tenant reads holds nothing of another", () => {
  test("neither verdicts, nor evidence, nor mails name another tenant, its pods, its nodes or a number of others", async () => {
    await run(57, 68);
    await run(88, 98);
    const rows = await evaluation.query<{ tenant_id: string; text: string }>(
      "SELECT tenant_id, row_to_json(attribution)::text AS text FROM attribution",
    );
    expect(rows.length).toBeGreaterThanOrEqual(7);
    const names = capabilities.map(({ id }) => id);
    for (const { tenant_id, text } of rows) {
      const own = text.replaceAll(`"tenant_id":"${tenant_id}"`, "");
      // "canary" is the platform's own, and "one" is part of other words.
      const others = names.filter((name) => name !== tenant_id && name !== "canary");
      for (const name of others) expect(own).not.toMatch(new RegExp(`\\b${name}(-0)?"`));
      for (const node of ["node-a", "node-b", "node-c"])
        if (node !== (NODES[tenant_id] ?? "node-a")) expect(own).not.toContain(node);
      expect(JSON.parse(text).evidence.othersAffected).toEqual(expect.any(Boolean));
    }
    const scope = evaluation.scope("shop");
    const [alert] = await alertStore.readAlerts(evaluation.scope("tickets"));
    expect(await attributionStore.readVerdicts(scope, alert?.id ?? "")).toEqual([]);
  });

  test("evidence costs the same eleven questions for one alert and for ten, and none while nothing fires", async () => {
    const asked = async (fromMinute: number, toMinute: number) => {
      const questions: string[] = [];
      const real = createFleet({ url: prometheus.url });
      const fleet: Fleet = {
        ...real,
        ask: (query, ...rest) => {
          questions.push(query.promql);
          return real.ask(query, ...rest);
        },
      };
      const judge = evaluation.judge(prometheus.url, { ...withComponents, fleet });
      const bySlot: number[] = [];
      for (let minute = fromMinute; minute < toMinute; minute += 1) {
        questions.length = 0;
        await judge(at(minute));
        bySlot.push(questions.length);
      }
      return bySlot;
    };
    expect(new Set(await asked(20, 25))).toEqual(new Set([17]));
    // Three of them are about traffic, at the onset and before; the eleventh is about the platform alone. Beside evidence one asks
    // for the worst parts of what begins to alert.
    expect(Math.max(...(await asked(88, 98)))).toBe(17 + 7 + 3 + 1);
  });
});
