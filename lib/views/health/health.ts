import { alertingWithoutWorker } from "@/lib/alerting-chain/without-worker";
import {
  type Bundle,
  type LineDefinition,
  SIGNAL_IDS,
  type SignalDefinition,
  type SignalId,
} from "@/lib/catalogue/bundle";
import { type Ask, askFor, type SignalSources } from "@/lib/evaluation/ask";
import { askUnplanned } from "@/lib/evaluation/ask-unplanned";
import { mapAnswer } from "@/lib/evaluation/combine";
import {
  type EffectiveThreshold,
  effectiveThresholds,
  lineKeyOf,
  type ThresholdSetting,
} from "@/lib/evaluation/effective";
import { deploymentsOf } from "@/lib/evaluation/events";
import { type Grid, healthGrid } from "@/lib/evaluation/grid";
import { type LineAnswers, lineViewOf } from "@/lib/evaluation/line-view";
import { byWeight } from "@/lib/evaluation/status";
import type { LineView, SignalView } from "@/lib/evaluation/view";
import type { Answer, Series } from "@/lib/prometheus/answer";
import type { TenantScope } from "@/lib/tenant/scope";
import { asEvaluated, type Evaluated, withLastTrouble } from "./evaluated";
import { overallOf } from "./overall";
import { runtimeOf } from "./runtime";
import type { HealthView, Runtime } from "./view";

/** What the database holds of a tenant's health. */
export type RecordedHealth = {
  /** What the owner has set; a line that isn't among it goes by the bundle's default. */
  settings: readonly ThresholdSetting[];
  /** What the evaluator says, which outweighs what the page would judge by itself. */
  evaluated: Evaluated;
};

/** What exists tells of its creation at every scrape. A rollback is known by the replicas that were gone before: a day shows them. */
const DEPLOYMENT_WINDOW_SECONDS = 86_400;

/**
 * A tenant's health at the newest slot whose data has arrived.
 *
 * All questions are asked at once, and each text once: per judged line its last hour and how fresh that is, per signal its
 * traffic, and five for what runs. With the default bundle that is 22: 9 trends, 7 freshness, 1 traffic, 5 runtime. The last
 * point of a trend is the value, so the value, the trend and the condition can't contradict each other.
 * Each line has its own answers: a question that fails makes its own line unknown and no other.
 * @param recorded what the database holds; the metrics store is asked while it is read
 */
export async function healthOf(
  sources: SignalSources,
  scope: TenantScope,
  tenant: { id: string; name: string },
  nowMs: number,
  recorded: Promise<RecordedHealth>,
): Promise<HealthView> {
  const { bundle } = sources;
  const ask = askFor(sources, scope);
  const grid = healthGrid(nowMs, bundle.scrapeIntervalSeconds);
  const [answered, runtime, { settings, evaluated }] = await Promise.all([
    Promise.all(SIGNAL_IDS.map((id) => linesOf(id, bundle, ask, grid))),
    runtimeView(bundle, ask, grid.toMs),
    recorded,
  ]);
  const thresholds = effectiveThresholds(bundle, settings);
  const judged = SIGNAL_IDS.flatMap((id, index) => {
    const thresholdOf = (line: string) => thresholds.get(lineKeyOf(id, line));
    return signalView(id, bundle.signals[id], answered[index] ?? [], thresholdOf, grid, evaluated) ?? [];
  });
  return {
    tenant,
    asOfMs: grid.toMs,
    asOf: new Date(grid.toMs).toISOString(),
    overall: withLastTrouble(overallOf(judged), evaluated, nowMs),
    runtime,
    signals: judged,
    alerting: evaluated.alerting ?? alertingWithoutWorker(await ask.answers()),
  };
}

type Answered = { line: LineDefinition; answers: LineAnswers };

/** A signal's judged lines, worst first, of equals the one that is the signal itself; null where the operator judges none of its lines. */
function signalView(
  id: SignalId,
  signal: SignalDefinition,
  answered: readonly Answered[],
  thresholdOf: (line: string) => EffectiveThreshold | undefined,
  grid: Grid,
  evaluated: Evaluated,
): SignalView | null {
  const judged = answered
    .flatMap(({ line, answers }) => {
      const threshold = thresholdOf(line.id);
      if (!threshold) return [];
      const rules = {
        id: line.id,
        label: line.label,
        threshold: { ...threshold, worse: signal.worse },
        staleAfterSeconds: signal.staleAfterSeconds,
        minimumRequests: signal.traffic?.minimum ?? null,
      };
      return [
        asEvaluated(lineViewOf(rules, answers, grid), lineKeyOf(id, line.id), evaluated, line.parts?.by),
      ];
    })
    .sort(
      (a, b) =>
        byWeight(a.status, b.status) ||
        Number(b.id === id) - Number(a.id === id) ||
        nearness(b, signal.worse) - nearness(a, signal.worse),
    );
  const [worst] = judged;
  if (!worst) return null;
  return { ...worst, id, title: signal.title, unit: signal.unit, worse: signal.worse, lines: judged };
}

/**
 * How near a value is to its threshold, or its last value was: above 1 is beyond it. Only for the order of lines of one status,
 * which so stays the same while nothing can be asked.
 */
function nearness({ reading, threshold }: LineView, worse: "higher" | "lower"): number {
  if (reading.kind === "no-traffic") return 0;
  const known = reading.kind === "value" ? reading : reading.last;
  if (!known) return 0;
  const ratio = worse === "higher" ? known.value / threshold.value : threshold.value / known.value;
  return Number.isFinite(ratio) ? ratio : 0;
}

/** Asks for every line that has a threshold by default; an owner sets others' values, and can't add one. */
function linesOf(id: SignalId, bundle: Bundle, ask: Ask, grid: Grid): Promise<Answered[]> {
  const signal = bundle.signals[id];
  const window = signal.windowSeconds;
  const judged = signal.lines.filter(({ threshold }) => threshold);
  return Promise.all(
    judged.map(async (line) => {
      const [values, freshness, traffic] = await Promise.all([
        ask.range(line.query, window, grid),
        line.freshness ? ask.range(line.freshness, window, grid) : NO_FRESHNESS,
        signal.traffic ? ask.range(signal.traffic.query, window, grid) : null,
      ]);
      const unplanned = await unplannedOf(id, line, values, ask, bundle);
      return { line, answers: { values, freshness, traffic, unplanned } };
    }),
  );
}

/** Where it can't be asked, what was seen judges, as the evaluator has it. */
async function unplannedOf(
  signal: SignalId,
  line: LineDefinition,
  values: Answer<Series[]>,
  ask: Ask,
  bundle: Bundle,
): Promise<ReadonlyMap<number, number> | undefined> {
  const points = values.ok ? (values.data[0]?.points ?? []) : [];
  const moments = points.map(([atMs, value]) => ({ atMs, value }));
  const unplanned = await askUnplanned(ask, bundle, { signal, line }, moments);
  return unplanned.ok ? unplanned.values : undefined;
}

/** A judged line that can't be told fresh can't be told green. The definitions check refuses it; this is the second lock. */
const NO_FRESHNESS: Answer<Series[]> = {
  ok: false,
  failure: {
    code: "query",
    message: "The platform's health bundle has no freshness query for this line, so its age can't be told.",
  },
  last: null,
};

async function runtimeView(bundle: Bundle, ask: Ask, atMs: number): Promise<Runtime> {
  const now = (template: string) => ask.instant(template, DEPLOYMENT_WINDOW_SECONDS, atMs);
  const [images, replicasWanted, replicasReady, replicasUpdated, created] = await Promise.all([
    now(bundle.runtime.images),
    now(bundle.runtime.replicasWanted),
    now(bundle.runtime.replicasReady),
    now(bundle.runtime.replicasUpdated),
    now(bundle.events.deployments),
  ]);
  const deployments = mapAnswer(created, (samples) =>
    deploymentsOf(samples).filter((deployment) => deployment.atMs <= atMs),
  );
  return runtimeOf({ images, replicasWanted, replicasReady, replicasUpdated, deployments });
}
