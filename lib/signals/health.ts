import type { Answer, Sample, Series } from "@/lib/prometheus/answer";
import type { TenantScope } from "@/lib/tenancy/scope";
import { type EffectiveThreshold, effectiveThresholds, lineKeyOf } from "@/lib/thresholds/effective";
import { alertingWithoutWorker } from "./alerting";
import { type Ask, askFor, type SignalSources } from "./ask";
import { type Bundle, type LineDefinition, SIGNAL_IDS, type SignalDefinition, type SignalId } from "./bundle";
import { asEvaluated, type Evaluated, withLastTrouble } from "./evaluated";
import { deploymentsOf } from "./events";
import { type Grid, healthGrid } from "./grid";
import { judgeLine } from "./judged-line";
import { runtimeOf } from "./runtime";
import { byWeight } from "./status";
import { verdict } from "./verdict";
import type { HealthView, JudgedLine, Runtime, SignalView } from "./view";

/** A replica set that exists is exposed at every scrape: the lookback of an ordinary query finds it. */
const DEPLOYMENT_WINDOW_SECONDS = 300;

/**
 * A tenant's health at the newest slot whose data has arrived.
 *
 * All questions are asked at once, and each text once: per judged line its last hour and how fresh that is, per signal its
 * traffic, and five for what runs. With the default bundle that is 19: 7 trends, 6 freshness, 1 traffic, 5 runtime. The last
 * point of a trend is the value, so the value, the trend and the condition can't contradict each other.
 * Each line has its own answers: a question that fails makes its own line unknown and no other.
 * @param evaluated what the evaluator says, which outweighs what the page would judge by itself
 */
export async function healthOf(
  sources: SignalSources,
  scope: TenantScope,
  tenant: { id: string; name: string },
  nowMs: number,
  evaluated: Evaluated,
): Promise<HealthView> {
  const { bundle } = sources;
  const ask = askFor(sources, scope);
  const grid = healthGrid(nowMs, bundle.scrapeIntervalSeconds);
  const thresholds = effectiveThresholds(bundle, sources.settings ?? []);
  const [signals, runtime] = await Promise.all([
    Promise.all(
      SIGNAL_IDS.map((id) =>
        signalView(
          id,
          bundle.signals[id],
          (line) => thresholds.get(lineKeyOf(id, line)),
          ask,
          grid,
          evaluated,
        ),
      ),
    ),
    runtimeView(bundle, ask, grid.toMs),
  ]);
  const judged = signals.filter((signal) => signal !== null);
  return {
    tenant,
    asOfMs: grid.toMs,
    asOf: new Date(grid.toMs).toISOString(),
    overall: withLastTrouble(verdict(judged), evaluated, nowMs),
    runtime,
    signals: judged,
    alerting: evaluated.alerting ?? alertingWithoutWorker(await ask.answers()),
  };
}

/** A signal's judged lines, worst first; null where the operator judges none of its lines. */
async function signalView(
  id: SignalId,
  signal: SignalDefinition,
  thresholdOf: (line: string) => EffectiveThreshold | undefined,
  ask: Ask,
  grid: Grid,
  evaluated: Evaluated,
): Promise<SignalView | null> {
  const lines = await Promise.all(
    signal.lines.map((line) => lineView(signal, line, thresholdOf(line.id), ask, grid)),
  );
  const judged = lines
    .filter((line) => line !== null)
    .map((line) => asEvaluated(line, lineKeyOf(id, line.id), evaluated))
    .sort((a, b) => byWeight(a.status, b.status) || nearness(b, signal.worse) - nearness(a, signal.worse));
  const [worst] = judged;
  if (!worst) return null;
  return { ...worst, id, title: signal.title, unit: signal.unit, worse: signal.worse, lines: judged };
}

/**
 * How near a value is to its threshold, or its last value was: above 1 is beyond it. Only for the order of lines of one status,
 * which so stays the same while nothing can be asked.
 */
function nearness({ reading, threshold }: JudgedLine, worse: "higher" | "lower"): number {
  if (reading.kind === "no-traffic") return 0;
  const known = reading.kind === "value" ? reading : reading.last;
  if (!known) return 0;
  const ratio = worse === "higher" ? known.value / threshold.value : threshold.value / known.value;
  return Number.isFinite(ratio) ? ratio : 0;
}

async function lineView(
  signal: SignalDefinition,
  line: LineDefinition,
  threshold: EffectiveThreshold | undefined,
  ask: Ask,
  grid: Grid,
): Promise<JudgedLine | null> {
  if (!threshold) return null;
  const window = signal.windowSeconds;
  const [values, freshness, traffic] = await Promise.all([
    ask.range(line.query, window, grid),
    line.freshness ? ask.range(line.freshness, window, grid) : NO_FRESHNESS,
    signal.traffic ? ask.range(signal.traffic.query, window, grid) : null,
  ]);
  const rules = {
    id: line.id,
    label: line.label,
    threshold: { ...threshold, worse: signal.worse },
    staleAfterSeconds: signal.staleAfterSeconds,
    minimumRequests: signal.traffic?.minimum ?? null,
  };
  return judgeLine(rules, { values, freshness, traffic }, grid);
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
  const now = async (template: string): Promise<Sample[] | null> => {
    const answer = await ask.instant(template, DEPLOYMENT_WINDOW_SECONDS, atMs);
    return answer.ok ? answer.data : null;
  };
  const [images, replicasWanted, replicasReady, replicasUpdated, deployments] = await Promise.all([
    now(bundle.runtime.images),
    now(bundle.runtime.replicasWanted),
    now(bundle.runtime.replicasReady),
    now(bundle.runtime.replicasUpdated),
    now(bundle.events.deployments),
  ]);
  const past = deployments && deploymentsOf(deployments).filter((deployment) => deployment.atMs <= atMs);
  return runtimeOf({ images, replicasWanted, replicasReady, replicasUpdated, deployments: past });
}
