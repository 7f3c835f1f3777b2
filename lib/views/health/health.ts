import { withUnreadMetrics } from "@/lib/alerting-chain/unread-metrics";
import { alertingWithoutWorker } from "@/lib/alerting-chain/without-worker";
import {
  type Bundle,
  isReachabilityLine,
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
import { lineViewOf } from "@/lib/evaluation/line-view";
import type { PartName } from "@/lib/evaluation/parts";
import { lastOf } from "@/lib/evaluation/reading";
import { isScaledToZero, type Reachability } from "@/lib/evaluation/scaled-to-zero";
import { byWeight } from "@/lib/evaluation/status";
import type { LineView, SignalView } from "@/lib/evaluation/view";
import type { Answer, Series } from "@/lib/prometheus/answer";
import type { TenantScope } from "@/lib/tenant/scope";
import { partInWords } from "@/lib/wording/part-words";
import { askWorstParts } from "./ask-breakdown";
import { askForecasts } from "./ask-forecasts";
import { type Answered, askLineParts } from "./ask-line-parts";
import { askDrawnLines } from "./drawn-lines";
import { asEvaluated, type Evaluated, isJudgedByEvaluator, withLastAlert } from "./evaluated";
import { overallOf } from "./overall";
import { runtimeOf } from "./runtime";
import { askScaledToZero, lineAtZero, type ZeroPhase } from "./scaled-to-zero";
import { shortfallOf } from "./shortfall";
import type { HealthView, Runtime } from "./view";

/** What the database holds of a tenant's health. */
export type RecordedHealth = {
  /** What the owner has set; the bundle's default applies to other lines. */
  settings: readonly ThresholdSetting[];
  /** What the evaluator says, which outweighs what the page would judge by itself. */
  evaluated: Evaluated;
};

/** What exists exposes its creation at every scrape. A rollback is known by the replicas gone before it: a day shows them. */
const DEPLOYMENT_WINDOW_SECONDS = 86_400;

/**
 * A tenant's health at the newest slot whose data has arrived.
 *
 * All questions are asked at once, and each text once: per judged line its last hour and how fresh that is, per signal its
 * traffic, what its chart draws besides, and seven for what runs. With the default bundle that is 26: 9 trends, 7 freshness,
 * 1 traffic, 2 drawn, 7 runtime; and two for forecasts, which stay the same for a quarter of an hour. The last point of a trend is
 * the value, so the value, the trend and the condition can't contradict each other.
 * Each line has its own answers: a question that fails makes its own line unknown and no other. The parts of a line are asked for
 * afterwards, and only where the page itself must judge a line that breached in the hour. The worst parts of what breaches now are
 * asked for last, at most a second: nothing is judged by them.
 * @param recorded what the database holds; the metrics store is asked while it is read
 * @param zone for times in sentences
 */
export async function healthOf(
  sources: SignalSources,
  scope: TenantScope,
  tenant: { id: string; name: string },
  nowMs: number,
  recorded: Promise<RecordedHealth>,
  zone = "UTC",
): Promise<HealthView> {
  const { bundle } = sources;
  const ask = askFor(sources, scope);
  const grid = healthGrid(nowMs, bundle.scrapeIntervalSeconds);
  const [answered, drawn, { runtime, areReplicasFresh }, asked, { settings, evaluated }, forecasts] =
    await Promise.all([
      Promise.all(SIGNAL_IDS.map((id) => linesOf(id, bundle, ask, grid))),
      Promise.all(SIGNAL_IDS.map((id) => askDrawnLines(ask, bundle, id, grid.toMs))),
      runtimeView(bundle, ask, grid.toMs),
      askScaledToZero(bundle, ask, grid),
      recorded,
      askForecasts(sources, scope, { nowMs, zone }),
    ]);
  const thresholds = effectiveThresholds(bundle, settings);
  const views = SIGNAL_IDS.map(async (id, index) => {
    const signal = bundle.signals[id];
    const thresholdOf = (line: string) => thresholds.get(lineKeyOf(id, line));
    const lines = await askLineParts(
      ask,
      { id, signal, grid },
      answered[index] ?? [],
      thresholdOf,
      evaluated,
    );
    return { id, lines: lineViews(id, signal, lines, thresholdOf, grid, evaluated) };
  });
  const lines = await Promise.all(views);
  const phase = isScaledToZero(asked !== null, reachabilityOf(bundle, lines)) ? asked : null;
  const judged = lines.flatMap(({ id, lines }, index) => {
    const signal = signalView(id, bundle.signals[id], lines, evaluated, phase);
    const others = drawn[index]?.(lines) ?? [];
    return signal ? [others.length > 0 ? { ...signal, drawn: others } : signal] : [];
  });
  const breakdowns = await askWorstParts(sources, scope, judged, grid.toMs);
  return {
    tenant,
    asOfMs: grid.toMs,
    asOf: new Date(grid.toMs).toISOString(),
    overall: withLastAlert(
      overallOf(judged, { shortfall: shortfallOf(runtime, areReplicasFresh), runtime, breakdowns, zone }),
      evaluated,
      nowMs,
    ),
    runtime,
    signals: judged,
    alerting: evaluated.alerting
      ? withUnreadMetrics(evaluated.alerting, unreadReason(judged), grid.toMs)
      : alertingWithoutWorker(await ask.answers()),
    forecasts,
  };
}

/** Why no line at all could be read; null: one could, or there is none. */
function unreadReason(signals: readonly SignalView[]): string | null {
  const readings = signals.flatMap(({ lines }) => lines.map(({ reading }) => reading));
  const [first] = readings;
  return first?.kind === "unknown" && readings.every(({ kind }) => kind === "unknown")
    ? first.reason.message
    : null;
}

/** A signal's lines as they are judged. */
function lineViews(
  id: SignalId,
  signal: SignalDefinition,
  answered: readonly Answered[],
  thresholdOf: (line: string) => EffectiveThreshold | undefined,
  grid: Grid,
  evaluated: Evaluated,
): LineView[] {
  return answered.flatMap(({ line, answers }) => {
    const threshold = thresholdOf(line.id);
    if (!threshold) return [];
    const rules = {
      id: line.id,
      label: line.label,
      threshold: { ...threshold, worse: signal.worse },
      staleAfterSeconds: signal.staleAfterSeconds,
      minimumRequests: signal.traffic?.minimum ?? null,
      partInWords: (name: PartName) => partInWords(line.parts?.by ?? [], name),
    };
    const view = lineViewOf(rules, answers, grid);
    return [asEvaluated(view, lineKeyOf(id, line.id), evaluated, line.parts?.by)];
  });
}

/** The lines that show whether the capability can be reached, as read. */
function reachabilityOf(
  bundle: Bundle,
  views: readonly { id: SignalId; lines: LineView[] }[],
): Reachability[] {
  return views.flatMap(({ id, lines }) => {
    const signal = bundle.signals[id];
    return lines
      .filter((line) => isReachabilityLine(id, signal.lines, line))
      .map(({ reading, threshold }) => ({ reading, threshold: { ...threshold, worse: signal.worse } }));
  });
}

/** A signal's judged lines, worst first, of equals the one that is the signal itself; null where the operator judges none of its lines. */
function signalView(
  id: SignalId,
  signal: SignalDefinition,
  lines: readonly LineView[],
  evaluated: Evaluated,
  phase: ZeroPhase | null,
): SignalView | null {
  const { worse } = signal;
  const judged = lines
    .map((line) => {
      if (!phase) return line;
      const lineKey = lineKeyOf(id, line.id);
      const isEvaluators = isJudgedByEvaluator(evaluated, lineKey);
      return lineAtZero(line, phase, { worse, isEvaluators, wasAtZero: evaluated.atZero.has(lineKey) });
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
  const known = reading.kind === "value" ? reading : lastOf(reading);
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
      const unlimited = await unlimitedOf(line, values, ask, { window, atMs: grid.toMs });
      return { line, answers: { values, freshness, traffic, unplanned, unlimited } };
    }),
  );
}

/** Asked only where the hour has no value at all: a limit that was there within it is no limit that never was. */
async function unlimitedOf(
  { unlimited }: LineDefinition,
  values: Answer<Series[]>,
  ask: Ask,
  { window, atMs }: { window: number; atMs: number },
): Promise<number> {
  if (!unlimited || !values.ok || values.data.length > 0) return 0;
  const answer = await ask.instant(unlimited, window, atMs);
  return answer.ok ? (answer.data[0]?.value ?? 0) : 0;
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

/** A judged line of unknown freshness can't be shown green. The definitions check refuses it; this is the second check. */
const NO_FRESHNESS: Answer<Series[]> = {
  ok: false,
  failure: {
    code: "query",
    message: "The platform's health bundle has no freshness query for this line, so its age is unknown.",
  },
  last: null,
};

/** areReplicasFresh: the ready and the wanted ones could be asked for, whether or not the other questions failed. */
async function runtimeView(
  bundle: Bundle,
  ask: Ask,
  atMs: number,
): Promise<{ runtime: Runtime; areReplicasFresh: boolean }> {
  const now = (template: string) => ask.instant(template, DEPLOYMENT_WINDOW_SECONDS, atMs);
  const { waiting } = bundle.runtime;
  const { windowSeconds } = bundle.signals.availability;
  const [images, replicasWanted, replicasReady, replicasUpdated, created, kept] = await Promise.all([
    now(bundle.runtime.images),
    now(bundle.runtime.replicasWanted),
    now(bundle.runtime.replicasReady),
    now(bundle.runtime.replicasUpdated),
    now(bundle.events.deployments),
    waiting ? ask.instant(waiting, windowSeconds, atMs) : null,
  ]);
  const deployments = mapAnswer(created, (samples) =>
    deploymentsOf(samples).filter((deployment) => deployment.atMs <= atMs),
  );
  const replicas = { replicasWanted, replicasReady, replicasUpdated };
  return {
    runtime: runtimeOf({ images, ...replicas, deployments, waiting: kept }),
    areReplicasFresh: replicasWanted.ok && replicasReady.ok,
  };
}
