import { afterAll, beforeAll, expect, test } from "vitest";
import { judgedLines } from "@/alerting/fleet/questions";
import { createFleet, type Fleet, type FleetAnswer } from "@/lib/prometheus/fleet";
import { defaultBundle } from "../../evaluation";
import { startPrometheus, type TestPrometheus } from "../../prometheus";
import { stockOpenMetrics } from "../exporters";
import { mutated } from "../mutations";
import { STOCK_NOW_MS } from "../scenario";
import { AVAILABILITY } from "./availability";
import { judgeSlots, type TurnsByLine } from "./judge-slots";
import { JUDGED_MUTATIONS, ZERO_MUTATIONS } from "./judged-mutations";
import { rememberingFleet } from "./remembering-fleet";
import { REQUESTS_AND_RESTARTS } from "./requests-and-restarts";
import { SATURATION } from "./saturation";
import { SCALED_TO_ZERO } from "./scaled-to-zero";

const SCENARIOS = [...AVAILABILITY, ...SATURATION, ...REQUESTS_AND_RESTARTS, ...SCALED_TO_ZERO];
const TENANTS = SCENARIOS.map(({ id }) => id);
const bundle = defaultBundle();
const STEP_MS = 30_000;
const INSTANTS = { fromMs: STOCK_NOW_MS - 84 * 60_000, toMs: STOCK_NOW_MS, stepMs: STEP_MS };

let prometheus: TestPrometheus;
let fleet: Fleet;
let stories: TurnsByLine;
beforeAll(async () => {
  const series = SCENARIOS.flatMap((scenario) => scenario.series);
  prometheus = await startPrometheus({ openMetrics: stockOpenMetrics(series, STOCK_NOW_MS) });
  fleet = rememberingFleet(prometheus.url, INSTANTS);
  stories = await judgeSlots(fleet, bundle, TENANTS, INSTANTS);
});
afterAll(() => prometheus?.stop());

test.each(SCENARIOS)("$id: $what", ({ id, why, story }) => {
  expect(stories.get(id), why).toEqual(story);
});

/** Every query that the evaluator asks for, as mutations name them. */
const QUERIES = judgedLines(bundle).flatMap(({ lineKey, line, signal }) =>
  Object.entries({
    query: line.query,
    freshness: line.freshness,
    traffic: signal.traffic?.query,
    parts: line.parts?.query,
    objects: line.parts?.objects?.query,
  }).flatMap(([query, text]) => (text === undefined ? [] : [{ of: lineKey, query }])),
);

test.each(QUERIES)("there is a mutation of $of: $query", ({ of, query }) => {
  expect(JUDGED_MUTATIONS.some((mutation) => mutation.of === of && mutation.query === query)).toBe(true);
});

const turnsOfLine = new Map<string, Promise<TurnsByLine>>();
/** A line judged alone, by the bundle as it is. Whoever is at zero is then known without the probes, and so earlier. */
function judgedAlone(line: string): Promise<TurnsByLine> {
  const known = turnsOfLine.get(line) ?? judgeSlots(fleet, bundle, TENANTS, INSTANTS, new Set([line]));
  turnsOfLine.set(line, known);
  return known;
}

test.each(JUDGED_MUTATIONS)("$of $query: $what changes a turn", async (mutation) => {
  const only = new Set([mutation.of]);
  const changed = await judgeSlots(fleet, mutated(bundle, mutation), TENANTS, INSTANTS, only);
  const unchanged = await judgedAlone(mutation.of);
  const differing = TENANTS.filter(
    (id) => changed.get(id)?.[mutation.of] !== unchanged.get(id)?.[mutation.of],
  );
  expect(differing).not.toEqual([]);
});

test.each(ZERO_MUTATIONS)("$of: $what changes a turn of availability", async (mutation) => {
  const line = "availability/availability";
  const changed = await judgeSlots(fleet, mutated(bundle, mutation), TENANTS, INSTANTS, new Set([line]));
  const differing = SCENARIOS.filter(({ id, story }) => changed.get(id)?.[line] !== story[line]);
  expect(differing.map(({ id }) => id)).not.toEqual([]);
});

/** Not a divisor of the alerts' times, so that instants of every kind are among them. */
const EVERY_NTH_SLOT = 23;

test("what is answered out of a range is what Prometheus answers at the instant, for all tenants and for some", async () => {
  const instants = createFleet({ url: prometheus.url });
  const signal = new AbortController().signal;
  let compared = 0;
  const both: Fleet = {
    clockMs: () => null,
    ask: async (query, atMs) => {
      const [remembered, asked] = await Promise.all([
        fleet.ask(query, atMs, signal),
        instants.ask(query, atMs, signal),
      ]);
      expect(sorted(remembered), query.promql).toEqual(sorted(asked));
      compared += 1;
      return asked;
    },
  };
  const sparse = { ...INSTANTS, stepMs: EVERY_NTH_SLOT * STEP_MS };
  await judgeSlots(both, bundle, TENANTS, sparse);
  expect(compared).toBeGreaterThan(8 * 17);
});

function sorted(answer: FleetAnswer): string[] {
  if (!answer.ok) throw new Error(answer.detail);
  return answer.samples
    .map((sample) => JSON.stringify([sample.tenantId, sample.value, Object.entries(sample.labels).sort()]))
    .sort();
}
