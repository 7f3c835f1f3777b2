import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ThresholdSetting } from "@/lib/evaluation/effective";
import { INITIAL_STATE, step } from "@/lib/evaluation/step";
import { createPrometheus } from "@/lib/prometheus/client";
import { mintTenantScope } from "@/lib/tenant/mint";
import { defaultBundle } from "@/testing/evaluation";
import { madeSeriesOf, openMetricsOf, type TenantLoad } from "@/testing/made-platform";
import { startPrometheus } from "@/testing/prometheus";
import { type AlertState, rulesObject, type Scrape } from "@/testing/rule-engine";
import { askHistory } from "./ask-history";
import { prometheusRules, thresholdExport } from "./export";
import { replayPointsOf } from "./history";
import { thresholdLines } from "./lines";
import type { ThresholdLine } from "./view";

// The exported file in Prometheus' own rule engine, and our step over what our own questions find of the very same series.
const INTERVAL_SECONDS = 30;
const SCRAPE_SECONDS = 15;
const SLOTS = 100;
const SCRAPES = SLOTS * 2;
// On a slot, and in the past.
const FROM_MS = Math.floor(Date.now() / 3_600_000) * 3_600_000 - 24 * 3_600_000;
const bundle = defaultBundle();

type Case = {
  tenant: string;
  settings: ThresholdSetting[];
  fortune: TenantLoad;
  more?: Map<string, Scrape[]>;
};
/** Where each line of a tenant stands in each slot, in the words of an alerting rule. */
type States = Map<string, AlertState[]>;
const keyOf = ({ signal, line }: Pick<ThresholdLine, "signal" | "line">) => `${signal}/${line}`;
const linesOf = ({ settings }: Case) =>
  thresholdLines(bundle, settings).filter(({ threshold }) => threshold.enabled);

const exported = (one: Case) =>
  prometheusRules(
    thresholdExport(bundle, thresholdLines(bundle, one.settings), mintTenantScope(one.tenant), {
      label: "tenant",
      intervalSeconds: INTERVAL_SECONDS,
    }),
  );

const seriesOfAll = (cases: readonly Case[]) =>
  new Map(
    cases.flatMap(({ tenant, fortune, more = new Map<string, Scrape[]>() }) => [
      ...madeSeriesOf(tenant, fortune, SCRAPE_SECONDS),
      ...more,
    ]),
  );

/** What `step` makes of the readings that our own questions find in a real Prometheus: what recovers still fires. */
async function ours(cases: readonly Case[]): Promise<Map<string, States>> {
  const openMetrics = openMetricsOf(seriesOfAll(cases), FROM_MS, SCRAPE_SECONDS);
  const server = await startPrometheus({ openMetrics });
  const sources = { bundle, tenantLabel: "tenant", prometheus: createPrometheus({ url: server.url }) };
  const grid = {
    fromMs: FROM_MS,
    toMs: FROM_MS + (SLOTS - 1) * INTERVAL_SECONDS * 1000,
    stepSeconds: INTERVAL_SECONDS,
  };
  const judged = async (one: Case, line: ThresholdLine): Promise<AlertState[]> => {
    const history = await askHistory(sources, mintTenantScope(one.tenant), line, grid);
    if (!history?.ok) throw new Error(`${one.tenant} ${keyOf(line)}: ${JSON.stringify(history)}`);
    let state = INITIAL_STATE;
    return replayPointsOf([history.data]).map(({ atMs, reading }) => {
      const cycle = { atMs, intervalSeconds: INTERVAL_SECONDS, unknownUntilMs: null };
      state = step(state, reading, { ...line.threshold, worse: line.worse }, cycle).state;
      const { condition } = state.judged;
      return condition === "ok" ? "inactive" : condition === "pending" ? "pending" : "firing";
    });
  };
  try {
    const all = new Map<string, States>();
    for (const one of cases) {
      const states = await Promise.all(
        linesOf(one).map(async (line) => [keyOf(line), await judged(one, line)] as const),
      );
      all.set(one.tenant, new Map(states));
    }
    return all;
  } finally {
    await server.stop();
  }
}

/** As the exported file names the alert of a line. */
const alertOf = (key: string) => {
  const [signal = "", line = ""] = key.split("/");
  const words = (signal === line ? signal : `${signal}-${line}`).split("-");
  return words.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1)).join("");
};

/** What the rule engine says against it that the exported rules stand so. */
function objection(cases: readonly Case[], states: ReadonlyMap<string, States>): Promise<string | null> {
  return rulesObject({
    rules: cases.map(exported),
    series: seriesOfAll(cases),
    scrapeSeconds: SCRAPE_SECONDS,
    slots: SLOTS,
    intervalSeconds: INTERVAL_SECONDS,
    alertsAt: (slot) =>
      [...states].flatMap(([tenant, lines]) =>
        [...lines].flatMap(([key, each]) => {
          const [signal, line] = key.split("/");
          if (each[slot] === "inactive") return [];
          const of = `alertname="${alertOf(key)}",alertstate="${each[slot]}",signal="${signal}",line="${line}",tenant="${tenant}"`;
          return [{ labels: `ALERTS{${of}}`, value: 1 }];
        }),
      ),
  });
}

const VALUES: Record<string, number[]> = {
  "availability/availability": [0.5, 0.9, 0.99],
  "latency/p95": [0.5, 0.75, 1],
  "error-rate/error-rate": [0.05, 0.1, 0.5],
  "saturation/cpu": [0.5, 0.9],
  "saturation/memory": [0.5, 0.9],
  "saturation/storage": [0.5, 0.85],
  "restarts/restarts": [1, 2, 3],
};

const seconds = fc.constantFrom(0, 30, 45, 60, 300);
const settings = fc.tuple(
  ...Object.entries(VALUES).map(([key, values]) => {
    const [signal = "", line = ""] = key.split("/");
    return fc.record<ThresholdSetting>({
      signal: fc.constant(signal),
      line: fc.constant(line),
      value: fc.constantFrom(...values),
      inclusive: fc.boolean(),
      forSeconds: seconds,
      recoverForSeconds: seconds,
      enabled: fc.constant(true),
      version: fc.constant(1),
    });
  }),
);

/** Stretches of one value, so that long pending times are reached as well. */
const stretches = <T>(...values: [T, ...T[]]) =>
  fc
    .array(fc.tuple(fc.constantFrom(...values), fc.integer({ min: 1, max: 40 })), {
      minLength: 14,
      maxLength: 14,
    })
    .map((all) => all.flatMap(([value, length]) => Array<T>(length).fill(value)))
    .map((all) => Array.from({ length: SCRAPES }, (_, n) => all[n % all.length] as T));
/** Now and then a scrape is missed: one, which no window leaves without a sample. */
const withMissed = (values: fc.Arbitrary<number[]>) =>
  fc
    .tuple(values, fc.array(fc.integer({ min: 2, max: SCRAPES }), { maxLength: 8 }))
    .map(([all, missed]) =>
      all.map((value, n): Scrape => (missed.includes(n) && !missed.includes(n - 1) ? "missed" : value)),
    );
const fortune: fc.Arbitrary<TenantLoad> = fc.record({
  up: withMissed(stretches(1, 1, 0)),
  slow: stretches(0, 0, 3, 6, 60),
  failed: stretches(0, 0, 5, 10, 60),
  requests: fc.constant(Array<number>(SCRAPES).fill(100)),
  cpu: stretches(0.2, 0.5, 0.9, 0.95),
  memory: withMissed(stretches(0.2, 0.5, 0.9, 0.95)),
  storage: withMissed(stretches(0.2, 0.5, 0.85, 0.9)),
  restarts: stretches(0, 0, 0, 0, 0, 1).map((all) => all.map((each, n) => (n % 9 === 0 ? each : 0))),
});

/** One letter a slot: inactive, pending, firing. */
const notified = (states: readonly AlertState[]) => states.map(([letter]) => letter).join("");

describe("the exported rules and step over the same series", () => {
  test.each([1, 2, 3])("agree on every line in every slot, whatever the owner set (%i)", async (seed) => {
    const cases = fc
      .sample(fc.tuple(settings, fortune), { seed, numRuns: 8 })
      .map(([set, fares], n): Case => ({ tenant: `owner-${n}`, settings: set, fortune: fares }));
    const states = await ours(cases);
    expect(await objection(cases, states)).toBeNull();
    for (const key of Object.keys(VALUES)) {
      const all = [...states.values()].map((lines) => notified(lines.get(key) ?? []));
      expect(
        all.some((each) => /p*f+i/.test(each)),
        `${key} fires and ends`,
      ).toBe(true);
    }
  });

  test("are compared by an engine that objects to one slot too many", async () => {
    const [one] = fc.sample(fc.tuple(settings, fortune), { seed: 1, numRuns: 1 });
    if (!one) throw new Error("There is no case.");
    const cases: Case[] = [{ tenant: "owner-0", settings: one[0], fortune: one[1] }];
    const states = await ours(cases);
    const memory = states.get("owner-0")?.get("saturation/memory") ?? [];
    memory[SLOTS - 1] = memory[SLOTS - 1] === "firing" ? "inactive" : "firing";
    expect(await objection(cases, states)).toContain("FAILED");
  });
});

const all = <T>(value: T) => Array<T>(SCRAPES).fill(value);
/** A value for so many slots each; the last one stays. */
const slots = <T>(...parts: [value: T, slots: number][]) => {
  const scrapes = parts.flatMap(([value, length]) => Array<T>(2 * length).fill(value));
  return Array.from({ length: SCRAPES }, (_, n) => scrapes[Math.min(n, scrapes.length - 1)] as T);
};
const CALM: TenantLoad = {
  ...{ up: all(1), slow: all(0), failed: all(0), requests: all(100) },
  ...{ cpu: all(0.2), memory: all(0.2), storage: all(0.2), restarts: all(0) },
};

/** "i10 p2 f88": inactive for ten slots, then pending for two, then firing for the rest. */
const spans = (states: readonly AlertState[]) =>
  (notified(states).match(/i+|p+|f+/g) ?? []).map((same) => `${same[0]}${same.length}`).join(" ");
const statesOf = (text: string): AlertState[] =>
  text.split(" ").flatMap((part) => {
    const state = part.startsWith("i") ? "inactive" : part.startsWith("p") ? "pending" : "firing";
    return Array<AlertState>(Number(part.slice(1))).fill(state);
  });

/** What one line does here, and in the exported rule; every other line does the same in both. */
async function expectOf(
  key: string,
  threshold: Partial<ThresholdSetting>,
  fares: Partial<TenantLoad>,
  { here, there, more }: { here: string; there: string; more?: Map<string, Scrape[]> },
): Promise<string> {
  const [signal = "", line = ""] = key.split("/");
  const hold = { forSeconds: 60, recoverForSeconds: 60 };
  const set = {
    signal,
    line,
    value: 0.5,
    inclusive: false,
    ...hold,
    enabled: true,
    version: 1,
    ...threshold,
  };
  const one: Case = { tenant: "photos", settings: [set], fortune: { ...CALM, ...fares }, more };
  const states = await ours([one]);
  const lines = states.get("photos");
  expect(spans(lines?.get(key) ?? [])).toBe(here);
  lines?.set(key, statesOf(there));
  expect(await objection([one], states)).toBeNull();
  return exported(one);
}

describe("an exported rule differs from step on purpose, and says so", () => {
  test("where its data is gone it ends, and here the alert stays", async () => {
    const memory = slots<Scrape>([0.2, 10], [0.9, 20], ["missed", 70]);
    const delivery = { here: "i10 p2 f88", there: "i10 p2 f24 i64" };
    const text = await expectOf("saturation/memory", {}, { memory }, delivery);
    expect(text).toMatch(
      /# - When its data is gone, or too few requests are left to judge, an alert here ends/,
    );
  });

  test("where too few requests are left it ends, and here the alert stays", async () => {
    const fares = { failed: slots([0, 10], [60, 90]), requests: slots([100, 40], [0, 60]) };
    await expectOf("error-rate/error-rate", {}, fares, { here: "i18 p2 f80", there: "i18 p2 f32 i48" });
  });

  test("a pending breach begins anew after a gap, and here goes on from what it had", async () => {
    const memory = slots<Scrape>([0.2, 10], [0.9, 6], ["missed", 8], [0.9, 76]);
    const text = await expectOf(
      "saturation/memory",
      { forSeconds: 600 },
      { memory },
      { here: "i10 p24 f66", there: "i10 p10 i4 p20 f56" },
    );
    expect(text).toContain("# - What was pending begins anew after such a gap");
  });

  test("old samples are judged as long as the window holds them, and here are missing data", async () => {
    const up = slots<Scrape>([1, 10], [0, 8], ["missed", 82]);
    const text = await expectOf(
      "availability/availability",
      { forSeconds: 240 },
      { up },
      { here: "i15 p85", there: "i15 p8 f7 i70" },
    );
    expect(text).toContain(
      "# - A rule judges old samples as long as its window, or Prometheus, remembers them",
    );
  });

  test("a restart that a deployment explains counts", async () => {
    const set = { namespace: "photos", replicaset: "photos-2" };
    const createdAt = FROM_MS / 1000 + 9 * INTERVAL_SECONDS;
    const labels = `tenant="photos",namespace="${set.namespace}",replicaset="${set.replicaset}"`;
    const more = new Map([
      [`kube_replicaset_created{${labels}}`, slots<Scrape>(["missed", 10], [createdAt, 90])],
      [
        `kube_replicaset_labels{${labels},label_app_kubernetes_io_version="2.0.0"}`,
        slots<Scrape>(["missed", 10], [1, 90]),
      ],
    ]);
    const restarts = all(0).map((_, n) => (n === 24 ? 1 : 0));
    const threshold = { value: 1, inclusive: true, forSeconds: 0 };
    const delivery = { here: "i100", there: "i12 f62 i26", more };
    const text = await expectOf("restarts/restarts", threshold, { restarts }, delivery);
    expect(text).toContain("# - A restart that a deployment explains counts here.");
  });
});

test("an exported rule judges a limit of zero as little as step does", async () => {
  const limit =
    'kube_pod_container_resource_limits{tenant="photos",namespace="photos",pod="photos-0",container="web",resource="memory"}';
  const more = new Map([[limit, all<Scrape>(0)]]);
  await expectOf("saturation/memory", {}, {}, { here: "i100", there: "i100", more });
});
