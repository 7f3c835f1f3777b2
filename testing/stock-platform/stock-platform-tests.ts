import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Bundle, SIGNAL_IDS } from "@/lib/catalogue/bundle";
import { deploymentsOf } from "@/lib/evaluation/events";
import { createPrometheus } from "@/lib/prometheus/client";
import { createFleet } from "@/lib/prometheus/fleet";
import { fleetQuery } from "@/lib/promql/fleet";
import { scopeQuery } from "@/lib/promql/scoped-query";
import { mintTenantScope } from "@/lib/tenant/mint";
import { defaultBundle } from "../evaluation";
import type { RunningStore, StoreUnderTest } from "./compared-stores";
import { stockOpenMetricsParts } from "./exporters";
import { mutated, VALUE_MUTATIONS } from "./mutations";
import { STOCK_NOW_MS } from "./scenario";
import { DEPLOYMENTS } from "./scenarios/deployments";
import { PROBES_AND_LATENCY } from "./scenarios/probes-and-latency";
import { SIDECARS } from "./scenarios/sidecars";
import { STRANGERS } from "./scenarios/strangers";
import { TWICE } from "./scenarios/twice";
import { WHOLE } from "./scenarios/whole";

const SCENARIOS = [...TWICE, ...WHOLE, ...SIDECARS, ...DEPLOYMENTS, ...PROBES_AND_LATENCY, ...STRANGERS];
const bundle = defaultBundle();

/** What the bundle says of a healthy capability. 95 of 100 requests of 0.2 s lie in the bucket from 0.1 to 0.25 s. */
const HEALTHY: Record<string, number> = {
  "availability/availability": 1,
  "availability/replicas": 1,
  "availability/pods": 1,
  "latency/p50": 0.175,
  "latency/p95": 0.2425,
  "latency/p99": 0.2485,
  "error-rate/error-rate": 0,
  "saturation/cpu": 0.2,
  "saturation/memory": 0.4,
  "saturation/storage": 0.3,
  "restarts/restarts": 0,
  coverage: 20,
  replicasWanted: 2,
  replicasReady: 2,
  replicasUpdated: 2,
};

/** Every query of a bundle that gives a tenant one value. */
const questionsOf = (bundle: Bundle) => [
  ...SIGNAL_IDS.flatMap((id) =>
    bundle.signals[id].lines.flatMap((line) => {
      const { windowSeconds } = bundle.signals[id];
      const key = `${id}/${line.id}`;
      const value = { key, query: line.query, windowSeconds };
      const { highest } = line;
      return highest ? [value, { key: `highest ${key}`, query: highest, windowSeconds }] : [value];
    }),
  ),
  ...Object.entries({ coverage: bundle.coverage, ...bundle.runtime }).flatMap(([key, query]) =>
    key === "images" || key === "waiting" || query === undefined ? [] : [{ key, query, windowSeconds: 300 }],
  ),
];
const QUESTIONS = questionsOf(bundle);

const FRESHNESS = SIGNAL_IDS.flatMap((id) =>
  bundle.signals[id].lines.flatMap(({ id: line, freshness }) =>
    freshness ? [{ key: `${id}/${line}`, query: freshness }] : [],
  ),
);

type Values = Map<string, number>;

const samples = () =>
  stockOpenMetricsParts(
    SCENARIOS.flatMap(({ series }) => series),
    STOCK_NOW_MS,
  );

/** Asks for everybody at the instant: a query that gives each tenant one series. */
function askerOf({ url }: RunningStore) {
  const fleet = createFleet({ url });
  return async (query: string, windowSeconds: number): Promise<Values> => {
    const asked = fleetQuery(query, { label: "tenant", windowSeconds });
    const answer = await fleet.ask(asked, STOCK_NOW_MS, AbortSignal.timeout(60_000));
    if (!answer.ok) throw new Error(`${query}: ${answer.detail}`);
    const values = new Map(answer.samples.map(({ tenantId, value }) => [tenantId, value]));
    expect(values.size, `one series for each tenant: ${query}`).toBe(answer.samples.length);
    return values;
  };
}

/** The scenarios for which a query doesn't answer what it must. */
function differingFrom(key: string, seen: Values): string[] {
  const isAsExpected = (id: string, wanted: number | null) => {
    const value = seen.get(id) ?? null;
    return wanted === null || value === null ? wanted === value : Math.abs(wanted - value) < 5e-4;
  };
  return SCENARIOS.filter(
    ({ id, expected }) => !isAsExpected(id, { ...HEALTHY, ...expected }[key] ?? null),
  ).map(({ id }) => id);
}

function mutationTests(store: () => RunningStore): void {
  test.each(VALUE_MUTATIONS)("$of: $what changes an expected value", async (mutation) => {
    const question = questionsOf(mutated(bundle, mutation)).find(({ key }) => key === mutation.of);
    if (!question) throw new Error(`The bundle has no ${mutation.of}.`);
    const seen = await askerOf(store())(question.query, question.windowSeconds);
    expect(differingFrom(mutation.of, seen)).not.toEqual([]);
  });
}

/** The default bundle's questions for everybody, with what they must answer of each scenario. */
export function stockPlatformTests(store: StoreUnderTest): void {
  describe(`the default bundle on a stock platform, asked of ${store.name}`, () => defaultBundleTests(store));
}

function defaultBundleTests({ start }: StoreUnderTest): void {
  let store: RunningStore;
  const answers = new Map<string, Values>();
  const fresh = new Map<string, Values>();

  beforeAll(async () => {
    store = await start(samples());
    const ask = askerOf(store);
    for (const { key, query, windowSeconds } of QUESTIONS) answers.set(key, await ask(query, windowSeconds));
    for (const { key, query } of FRESHNESS) fresh.set(key, await ask(query, 300));
  });
  afterAll(() => store?.stop());

  test.each(SCENARIOS)("$id: $what", ({ id, why, expected }) => {
    for (const { key } of QUESTIONS) {
      const wanted = { ...HEALTHY, ...expected }[key];
      const seen = answers.get(key)?.get(id);
      if (wanted === null || wanted === undefined) expect(seen, `${key}: ${why}`).toBeUndefined();
      else expect(seen, `${key}: ${why}`).toBeCloseTo(wanted, 3);
    }
  });

  test.each(SCENARIOS)("$id is known to be fresh wherever it has a value", ({ id }) => {
    for (const { key } of FRESHNESS)
      if (answers.get(key)?.has(id))
        expect(fresh.get(key)?.get(id), key).toBeGreaterThan(STOCK_NOW_MS / 1000 - 60);
  });

  mutationTests(() => store);

  const askOne = async (id: string, query: string) => {
    const scoped = scopeQuery(mintTenantScope(id), query, { label: "tenant", windowSeconds: 5_100 });
    const answer = await createPrometheus({ url: store.url }).instant(scoped, STOCK_NOW_MS);
    if (!answer.ok) throw new Error(`${query}: ${answer.failure.message}`);
    return answer.data;
  };

  test.each(DEPLOYMENTS)("$id: deployments, where $what", async ({ id, why, deployments }) => {
    const seen = deploymentsOf(await askOne(id, bundle.events.deployments));
    expect(
      seen.map(({ version, atMs }) => `${version} ${(atMs - STOCK_NOW_MS) / 60_000}`),
      why,
    ).toEqual(deployments);
  });

  test("two reasons for one container are two events, with one time by construction", async () => {
    const events = await askOne("two-reasons", bundle.events.restarts);
    expect(events.map(({ labels, value }) => [labels.reason, value - STOCK_NOW_MS / 1000]).sort()).toEqual([
      ["Error", -240],
      ["OOMKilled", -240],
    ]);
  });

  test("what runs is of pods that run", async () => {
    for (const id of ["evicted", "healthy"]) {
      const images = (await askOne(id, bundle.runtime.images)).map(({ labels }) => labels.image);
      expect(images, id).toEqual(["registry.example/app:1.0.0"]);
    }
  });
}
