import { setTimeout as sleep } from "node:timers/promises";
import { Pool } from "pg";
import { SIGNAL_IDS } from "@/lib/catalogue/bundle";
import { scopeQuery } from "@/lib/promql/scoped-query";
import { mintTenantScope } from "@/lib/tenant/mint";
import { freshDatabase } from "../testing/postgres";
import { startPrometheus, type TestPrometheus } from "../testing/prometheus";
import { askBare, type BareQuestion } from "./bare";
import { startChildWorker } from "./child-worker";
import type { CycleTime } from "./evaluator-process";
import { fleetBundle } from "./fleet-bundle";
import { type FleetMake, fleetSamples, fleetTenant } from "./fleet-samples";
import { type Measure, median, readableNumber } from "./result";

const MANY = 10_000;
const FEW = 1_000;
const INTERVAL_MS = 30_000;
/** As many questions at a time as the evaluator puts (lib/prometheus/fleet.ts). */
const CONCURRENT = 6;
/** The first writes every state for the first time, the second warms up. */
const UNMEASURED = 2;
const MEASURED = 5;
const RULES_INTERVAL_SECONDS = 60;
const PART = "evaluator";

type Options = { root: string; signal: AbortSignal; make?: FleetMake };
type Cycle = CycleTime & { bareMs: number; prometheusCpuMs: number };

/**
 * The evaluator's own time beside the bare questions that it puts, for ten thousand tenants and for a thousand, and its cost
 * beside that of the same judgements as alerting rules.
 */
export async function measureEvaluator({ root, signal }: Options): Promise<Measure[]> {
  const few = await cyclesOf(FEW, { root, signal });
  const many = await cyclesOf(MANY, { root, signal });
  const hostile = await cyclesOf(MANY, { root, signal, make: { parts: 3, isHostile: true } });
  const wide = await cyclesOf(FEW, { root, signal, make: { parts: 30, isHostile: false } });
  const rulesCpuMs = await rulesOf(MANY, signal);
  const thresholds = fleetBundle();
  const lines = SIGNAL_IDS.flatMap((id) => thresholds.signals[id].lines).filter(({ threshold }) => threshold);
  return [
    {
      part: PART,
      what: "Queries of a cycle, of 10,000 tenants",
      value: of(many, ({ queries }) => queries.length),
      unit: "queries",
      limit: { atMost: 2 * lines.length },
      detail: `${lines.length} judged lines, each with its data's age; the same of 1,000 tenants: ${of(few, ({ queries }) => queries.length)}`,
    },
    ownShare("The evaluator's own time over the bare queries, 90,000 thresholds", many, 0.3),
    ownShare("The same with three containers each, and every hundredth tenant hostile", hostile, 0.35),
    ownShare("The same of 1,000 tenants with 30 containers each", wide),
    {
      part: PART,
      what: "Memory of the evaluator, at its highest",
      value: Math.max(...many.map(({ peakMegabytes }) => peakMegabytes)),
      unit: "MB",
      limit: { atMost: 400 },
    },
    {
      part: PART,
      what: "Processor time of the evaluator, 10,000 tenants over 1,000",
      value: of(many, ({ cpuMs }) => cpuMs) / of(few, ({ cpuMs }) => cpuMs),
      unit: "×",
      limit: { atMost: 11 },
      detail: `${readableNumber(of(many, ({ cpuMs }) => cpuMs))} ms over ${readableNumber(of(few, ({ cpuMs }) => cpuMs))} ms`,
    },
    {
      part: PART,
      what: "The same as alerting rules of each tenant, processor time",
      value: rulesCpuMs / of(many, ({ cpuMs, prometheusCpuMs }) => cpuMs + prometheusCpuMs),
      unit: "×",
      detail: `${readableNumber(rulesCpuMs)} ms a cycle over ${readableNumber(of(many, ({ prometheusCpuMs }) => prometheusCpuMs))} ms of Prometheus's and ${readableNumber(of(many, ({ cpuMs }) => cpuMs))} ms of the evaluator's`,
    },
  ];
}

const of = (cycles: Cycle[], side: (cycle: Cycle) => number) => median(cycles.map(side));

/** What a cycle takes beside its bare queries, as a share of theirs. @param most the share that it may take; none is only shown */
function ownShare(what: string, cycles: Cycle[], most?: number): Measure {
  const wallMs = readableNumber(of(cycles, (cycle) => cycle.wallMs));
  const bareMs = readableNumber(of(cycles, (cycle) => cycle.bareMs));
  return {
    part: PART,
    what,
    value: of(cycles, (cycle) => (cycle.wallMs - cycle.bareMs) / cycle.bareMs),
    unit: "×",
    ...(most !== undefined && { limit: { atMost: most } }),
    detail: `median of ${cycles.length} pairs; a cycle ${wallMs} ms, its ${of(cycles, ({ queries }) => queries.length)} queries ${bareMs} ms`,
  };
}

async function cyclesOf(tenants: number, { root, signal, make }: Options): Promise<Cycle[]> {
  const nowMs = Date.now();
  const database = await freshDatabase();
  const prometheus = await startPrometheus({ openMetrics: fleetSamples(tenants, nowMs, make) });
  try {
    await writeFleetTenants(database.url, tenants);
    const child = startChildWorker<CycleTime>({ root, signal }, "bench/evaluator-process.ts", {
      DATABASE_URL: database.url,
      PROMETHEUS_URL: prometheus.url,
    });
    const cycles: Cycle[] = [];
    try {
      for (let nth = 0; nth < UNMEASURED + MEASURED; nth++) {
        signal.throwIfAborted();
        const slotMs = Math.floor(nowMs / INTERVAL_MS) * INTERVAL_MS + nth * INTERVAL_MS;
        const before = await cpuMsOf(prometheus);
        const judged = await child.ask(slotMs);
        const prometheusCpuMs = (await cpuMsOf(prometheus)) - before;
        const bareMs = await askBare(prometheus.url, questionsOf(judged), CONCURRENT);
        if (nth >= UNMEASURED) cycles.push({ ...judged, bareMs, prometheusCpuMs });
      }
    } finally {
      await child.stop();
    }
    return cycles;
  } finally {
    await prometheus.stop();
    await database.drop();
  }
}

/** What the evaluator asked. */
const questionsOf = ({ queries, atMs }: CycleTime): BareQuestion[] =>
  queries.map((query) => ({
    path: "/api/v1/query",
    form: new URLSearchParams({ query, time: (atMs / 1000).toFixed(3) }),
  }));

/** The processor time that a Prometheus has used since it was started. */
async function cpuMsOf({ url }: TestPrometheus): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const seconds = /^process_cpu_seconds_total (\S+)$/m.exec(text)?.[1];
  if (seconds === undefined) throw new Error("Prometheus does not say how much processor time it has used.");
  return Number(seconds) * 1000;
}

/** The processor time of one evaluation of every tenant's own rules. */
async function rulesOf(tenants: number, signal: AbortSignal): Promise<number> {
  const rules = Array.from({ length: tenants }, (_, index) => rulesOfTenant(fleetTenant(index))).flat();
  const prometheus = await startPrometheus({
    openMetrics: fleetSamples(tenants, Date.now()),
    scrapeIntervalSeconds: RULES_INTERVAL_SECONDS,
    rules,
  });
  try {
    await evaluations(prometheus, 1, signal); // the first one also makes what the rules keep
    const before = await cpuMsOf(prometheus);
    await evaluations(prometheus, 2, signal);
    return (await cpuMsOf(prometheus)) - before;
  } finally {
    await prometheus.stop();
  }
}

function rulesOfTenant(tenantId: string): Record<string, unknown>[] {
  const bundle = fleetBundle();
  const scope = mintTenantScope(tenantId);
  return SIGNAL_IDS.flatMap((id) => {
    const { lines, worse, windowSeconds } = bundle.signals[id];
    return lines.flatMap(({ id: line, query, threshold }) => {
      if (!threshold) return [];
      const { promql } = scopeQuery(scope, query, { label: "tenant", windowSeconds });
      const sign = `${worse === "higher" ? ">" : "<"}${threshold.inclusive ? "=" : ""}`;
      return {
        alert: `${id} ${line}`,
        expr: `(${promql}) ${sign} ${threshold.value}`,
        for: `${threshold.forSeconds}s`,
      };
    });
  });
}

/** Until the rules were evaluated so often since the start. */
async function evaluations({ url }: TestPrometheus, wanted: number, signal: AbortSignal): Promise<void> {
  for (const deadlineMs = Date.now() + 4 * RULES_INTERVAL_SECONDS * 1000; Date.now() < deadlineMs; ) {
    const text = await (await fetch(`${url}/metrics`)).text();
    const done = /^prometheus_rule_group_duration_seconds_count (\S+)$/m.exec(text)?.[1];
    if (Number(done ?? 0) >= wanted) return;
    await sleep(250, undefined, { signal });
  }
  throw new Error("Prometheus did not evaluate its rules in time.");
}

/** Writes so many live tenants. */
export async function writeFleetTenants(url: string, tenants: number): Promise<void> {
  const pool = new Pool({ connectionString: url, max: 1 });
  const ids = Array.from({ length: tenants }, (_, index) => fleetTenant(index));
  await pool.query(
    `INSERT INTO tenant (id, name, contact_address, time_zone, state, links)
     SELECT id, id, 'owner@' || id || '.example', 'Europe/Berlin', 'live', '{}' FROM unnest($1::text[]) AS id`,
    [ids],
  );
  await pool.end();
}
