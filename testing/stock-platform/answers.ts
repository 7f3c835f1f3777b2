import { SIGNAL_IDS } from "@/lib/catalogue/bundle";
import { migrationsSchema } from "@/lib/catalogue/migration";
import { migrationOf, migrationSeriesOf } from "@/lib/data-migrations/migration";
import { askFor } from "@/lib/evaluation/ask";
import { askEvents } from "@/lib/evaluation/ask-events";
import { eventStepSeconds } from "@/lib/evaluation/grid";
import type { RangeId } from "@/lib/evaluation/ranges";
import { slotAt } from "@/lib/infra/clock";
import { createPrometheus } from "@/lib/prometheus/client";
import { mintTenantScope } from "@/lib/tenant/mint";
import { NEVER_EVALUATED } from "@/lib/views/health/evaluated";
import { healthOf } from "@/lib/views/health/health";
import { seriesOf } from "@/lib/views/series/series";
import { defaultBundle } from "../evaluation";
import { CAPABILITIES, MIGRATING } from "./compared-world";
import { STOCK_NOW_MS } from "./scenario";

/** What the product reads from a store: each leaf of its answers, by its path: "page photos signals 1 lines 0 reading value". */
export type Answers = ReadonlyMap<string, unknown>;

/** The ranges whose steps lie below the window of a signal, and above it. */
const CHARTS: readonly RangeId[] = ["1h", "24h"];
const TIMELINES_SECONDS = [86_400, 6 * 86_400];
/** The newest samples are later than what is asked about: a series whose end is near is another question. */
const BEFORE_END_MS = 120_000;
const MOVE = migrationsSchema.parse([
  {
    job: "move",
    title: "Move",
    source: "old server",
    issueUrl: "https://github.com/acme/infra/issues/61",
    rerun: "safe-on-existing-data",
    declaredPeak: { cpuCores: 1, memoryBytes: "300Mi", storageBytes: "100Mi" },
    steadyState: { cpuCores: 0.5, memoryBytes: "200Mi", storageBytes: "80Mi" },
  },
]);

/**
 * Everything that owners' pages ask of a store, read by the product itself.
 * @param secondOfMinute when it is asked: the grid of a page needn't lie on whole minutes
 */
export async function answersOf(url: string, secondOfMinute: number): Promise<Answers> {
  const bundle = defaultBundle();
  const sources = {
    bundle,
    tenantLabel: "tenant",
    prometheus: createPrometheus({ url, timeoutMs: 120_000 }),
  };
  const nowMs = STOCK_NOW_MS - BEFORE_END_MS + secondOfMinute * 1000;
  const arrivedMs = nowMs - bundle.scrapeIntervalSeconds * 1000;
  const leaves = new Map<string, unknown>();
  const take = (path: string, value: unknown) => addLeaves(leaves, path, value);
  for (const id of CAPABILITIES) {
    const scope = mintTenantScope(id);
    const recorded = Promise.resolve({ settings: [], evaluated: NEVER_EVALUATED });
    const page = await healthOf(sources, scope, { id, name: id }, nowMs, recorded);
    take(`page ${id}`, { ...page, signals: byId(page.signals.map((s) => ({ ...s, lines: byId(s.lines) }))) });
    for (const signal of SIGNAL_IDS)
      for (const range of CHARTS) {
        const chart = await seriesOf(sources, scope, signal, range, nowMs);
        take(`chart ${id} ${signal} ${range}`, chart.ok ? chart.view : chart);
      }
    for (const seconds of TIMELINES_SECONDS) {
      const toMs = slotAt(arrivedMs, eventStepSeconds(seconds));
      const events = await askEvents(askFor(sources, scope), bundle, toMs, seconds);
      take(`timeline ${id} ${seconds / 86_400}d`, events.ok ? events.data : events);
    }
  }
  for (const id of MIGRATING) {
    const scope = mintTenantScope(id);
    const view = await migrationOf(sources, scope, MOVE, null, nowMs);
    take(`migration ${id}`, view);
    const runId = view?.shown?.id;
    if (runId) take(`migration ${id} charts`, await migrationSeriesOf(sources, scope, MOVE, runId, nowMs));
  }
  return leaves;
}

const byId = <T extends { id: string }>(items: readonly T[]) =>
  Object.fromEntries(items.map((item) => [item.id, item]));

/** Objects and lists are taken apart; a point of a line has its time in its path. */
function addLeaves(leaves: Map<string, unknown>, path: string, value: unknown): void {
  if (isPoint(value)) leaves.set(`${path} ${new Date(value[0]).toISOString()}`, value[1]);
  else if (Array.isArray(value) && value.some(isPoint))
    for (const each of value) addLeaves(leaves, path, each);
  else if (typeof value === "object" && value !== null)
    for (const [key, each] of Object.entries(value)) addLeaves(leaves, `${path} ${key}`, each);
  else leaves.set(path, value);
}

const isPoint = (value: unknown): value is [number, number | null] =>
  Array.isArray(value) && value.length === 2 && typeof value[0] === "number" && value[0] > 1e12;

/** As many digits as any page shows, and some more. */
const SAME_WITHIN = 1e-6;

/** One leaf of the answers of two stores. undefined: there is no such leaf. */
export type Difference = { path: string; here: unknown; there: unknown };

/** Where two stores' answers differ. Numbers may differ in their last digits. */
export function differencesOf(these: Answers, those: Answers): Difference[] {
  const paths = [...new Set([...these.keys(), ...those.keys()])];
  return paths.flatMap((path) => {
    const [here, there] = [these.get(path), those.get(path)];
    return isSame(here, there) ? [] : [{ path, here, there }];
  });
}

function isSame(a: unknown, b: unknown): boolean {
  if (typeof a !== "number" || typeof b !== "number") return a === b;
  return Math.abs(a - b) <= SAME_WITHIN * Math.max(1, Math.abs(a), Math.abs(b));
}
