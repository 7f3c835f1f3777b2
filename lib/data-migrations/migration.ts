import { isRunOf } from "@/lib/catalogue/job-name";
import type { MigrationDefinition } from "@/lib/catalogue/migration";
import { type Ask, askFor, type SignalSources } from "@/lib/evaluation/ask";
import { together } from "@/lib/evaluation/combine";
import { endingGrid, fillGaps, type Grid, healthInstant } from "@/lib/evaluation/grid";
import { RANGES } from "@/lib/evaluation/ranges";
import { slotAt } from "@/lib/infra/clock";
import type { Answer, Failure, Sample, Series } from "@/lib/prometheus/answer";
import type { TenantScope } from "@/lib/tenant/scope";
import { jobMoments } from "./facts";
import { runGrid } from "./grid";
import { errorsQuery, factsQuery, otherSignalsQuery, STATE_KNOWN_QUERY, usageQuery } from "./queries";
import { lastErrorOf, othersOf } from "./reported-signals";
import { type Run, runsOf } from "./runs";
import { chartsOf, type MigrationSeries } from "./series";
import { stateOf } from "./state";
import { usageOf, usagePoints } from "./usage";
import { cardOf, type MigrationView, runViewOf, summaryOf } from "./view";

/** How far an ordinary question looks back, which is how old a fact of "now" may be. */
const LOOKBACK_SECONDS = 300;
const RECENT = { seconds: 86_400, stepSeconds: 300 };
/** Past runs, as far as Prometheus keeps them, but no further than this. */
const PAST = RANGES["30d"];
const KNOWN_STEP_SECONDS = 60;

type Found = { run: Run; definition: MigrationDefinition };
type Looked = { asOfMs: number; found: Found[]; failure: Failure | null };

/**
 * A tenant's migrations: every run that Prometheus keeps, and one of them in full. Questions are asked on slots, so that all
 * viewers of a slot share them; the long ones are asked anew every five minutes, and every two and a half hours.
 *
 * Where Prometheus can't be asked, the answer is what was last known in this process, and `failed` says why.
 * @param runId the run to show in full; null shows the newest
 * @returns null where there is no such run
 */
export async function migrationOf(
  sources: SignalSources,
  scope: TenantScope,
  definitions: readonly MigrationDefinition[],
  runId: string | null,
  nowMs: number,
): Promise<Omit<MigrationView, "tenant" | "migrateUrl" | "mails"> | null> {
  const ask = askFor(sources, scope);
  const scrape = sources.bundle.scrapeIntervalSeconds;
  const first = await look(ask, definitions, scrape, nowMs, []);
  const chosen = choose(first.found, runId);
  // Where nothing could be asked, the run that was asked for may well be there.
  if (!chosen && runId !== null && first.failure === null) return null;
  const lists = { asOfMs: first.asOfMs, waiting: waitingOf(definitions, first), runs: summariesOf(first) };
  if (!chosen) {
    const waiting = first.failure ? [] : lists.waiting;
    return { ...lists, waiting, shown: null, failed: first.failure?.message ?? null };
  }
  const grid = gridOf(chosen.run, first.asOfMs, scrape);
  const answers = await askInFull(ask, chosen.run, grid, scrape, first.asOfMs);
  const again = await look(ask, definitions, scrape, nowMs, dataOf(answers.facts) ?? []);
  const { run } = choose(again.found, chosen.run.id) ?? chosen;
  const isNewest = first.found.find((each) => each.run.jobName === run.jobName)?.run.id === run.id;
  const shown = { run, definition: chosen.definition, isNewest };
  const failures = Object.values(answers).flatMap((answer) => (answer.ok ? [] : [answer.failure]));
  return {
    ...lists,
    shown: runViewOf(run, chosen.definition, extrasOf(shown, answers, grid, first.asOfMs), first.asOfMs),
    failed: (first.failure ?? failures[0])?.message ?? null,
  };
}

/** Those that no run was seen of. */
const waitingOf = (definitions: readonly MigrationDefinition[], { found }: Looked) =>
  definitions.filter((each) => !found.some(({ definition }) => definition === each)).map(cardOf);

/** What is asked of one run alone. */
async function askInFull(ask: Ask, { jobName }: Run, grid: Grid, scrapeSeconds: number, asOfMs: number) {
  const [facts, usage, errors, newestErrors, others] = await Promise.all([
    ask.range(factsQuery([jobName], "over"), grid.stepSeconds, grid),
    ask.range(usageQuery(jobName), usageWindow(grid, scrapeSeconds), grid),
    ask.range(errorsQuery([jobName], "over"), grid.stepSeconds, grid),
    ask.instant(errorsQuery([jobName], "bare"), LOOKBACK_SECONDS, asOfMs),
    ask.instant(otherSignalsQuery([jobName]), LOOKBACK_SECONDS, asOfMs),
  ]);
  return { facts, usage, errors, newestErrors, others };
}

/** What a run's answers show beside its facts. */
function extrasOf(
  { run, definition, isNewest }: Found & { isNewest: boolean },
  { usage, errors, newestErrors, others }: Awaited<ReturnType<typeof askInFull>>,
  grid: Grid,
  asOfMs: number,
) {
  const { jobName } = run;
  const lasts = stateOf(run, asOfMs).endedAtMs === null;
  // What is emitted now under this name is the newest run's: an older one has had its say.
  const nowOf = (answer: Answer<Sample[]>) => (isNewest ? (dataOf(answer) ?? []) : []);
  const reported = [...(dataOf(errors) ?? []), ...nowOf(newestErrors)];
  return {
    usage: usageOf(usagePoints(dataOf(usage) ?? [], grid), definition, lasts),
    lastError: lastErrorOf(
      reported.filter(({ labels }) => labels.job_name === jobName),
      asOfMs,
    ),
    others: othersOf(nowOf(others), jobName),
  };
}

/** The runs alone, for callers that need none of them in full. `failed` says why they are what was last known, or none. */
export async function migrationRunsOf(
  sources: SignalSources,
  scope: TenantScope,
  definitions: readonly MigrationDefinition[],
  nowMs: number,
): Promise<Pick<MigrationView, "runs" | "failed">> {
  const looked = await look(
    askFor(sources, scope),
    definitions,
    sources.bundle.scrapeIntervalSeconds,
    nowMs,
    [],
  );
  return { runs: summariesOf(looked), failed: looked.failure?.message ?? null };
}

/** Whether the platform reported the tenant's pods without a break for so long: then a job missing all that time is gone. */
export async function wasStateKnown(
  sources: SignalSources,
  scope: TenantScope,
  forMs: number,
  nowMs: number,
): Promise<boolean> {
  const toMs = slotAt(healthInstant(nowMs, sources.bundle.scrapeIntervalSeconds), KNOWN_STEP_SECONDS);
  const grid = endingGrid(toMs, forMs / 1000, KNOWN_STEP_SECONDS);
  const known = await askFor(sources, scope).range(STATE_KNOWN_QUERY, KNOWN_STEP_SECONDS, grid);
  return known.ok && fillGaps(known.data[0], grid).every(([, value]) => value !== null);
}

/** The charts of one run. @returns null where there is no such run; a failure where Prometheus can't be asked */
export async function migrationSeriesOf(
  sources: SignalSources,
  scope: TenantScope,
  definitions: readonly MigrationDefinition[],
  runId: string,
  nowMs: number,
): Promise<Answer<MigrationSeries> | null> {
  const ask = askFor(sources, scope);
  const scrape = sources.bundle.scrapeIntervalSeconds;
  const { found, asOfMs, failure } = await look(ask, definitions, scrape, nowMs, []);
  const chosen = choose(found, runId);
  if (!chosen) return failure ? { ok: false, failure, last: null } : null;
  const { run, definition } = chosen;
  const grid = gridOf(run, asOfMs, scrape);
  const [facts, usage] = await Promise.all([
    ask.range(factsQuery([run.jobName], "over"), grid.stepSeconds, grid),
    ask.range(usageQuery(run.jobName), usageWindow(grid, scrape), grid),
  ]);
  const both = together<{ facts: Series[]; usage: Series[] }>({ facts, usage });
  const data = dataOf(both);
  const charts = (known: { facts: Series[]; usage: Series[] }): MigrationSeries => {
    const points = usagePoints(known.usage, grid);
    const own = known.facts.filter(({ labels }) => labels.job_name === run.jobName);
    return { ...grid, runId: run.id, charts: chartsOf(own, points, usageOf(points, definition, true), grid) };
  };
  if (both.ok) return { ok: true, data: charts(both.data), atMs: both.atMs };
  return {
    ok: false,
    failure: both.failure,
    last: data && { data: charts(data), atMs: both.last?.atMs ?? asOfMs },
  };
}

/** Asks for all runs, or takes what this request asked before. @param fine the run's own grid, once it is known */
async function look(
  ask: Ask,
  definitions: readonly MigrationDefinition[],
  scrapeSeconds: number,
  nowMs: number,
  fine: readonly Series[],
): Promise<Looked> {
  const asOfMs = healthInstant(nowMs, scrapeSeconds);
  if (definitions.length === 0) return { asOfMs, found: [], failure: null };
  const jobs = definitions.map(({ job }) => job);
  // The grids end before the instant: what lay in their last window may be gone at the instant itself.
  const grid = ({ seconds, stepSeconds }: { seconds: number; stepSeconds: number }) =>
    endingGrid(slotAt(asOfMs - 1, stepSeconds), seconds, stepSeconds);
  const [now, known, recent, past] = await Promise.all([
    ask.instant(factsQuery(jobs, "bare"), LOOKBACK_SECONDS, asOfMs),
    ask.instant(STATE_KNOWN_QUERY, LOOKBACK_SECONDS, asOfMs),
    ask.range(factsQuery(jobs, "over"), RECENT.stepSeconds, grid(RECENT)),
    ask.range(factsQuery(jobs, "over"), PAST.stepSeconds, grid(PAST)),
  ]);
  const all = together<{ now: Sample[]; known: Sample[]; recent: Series[]; past: Series[] }>({
    now,
    known,
    recent,
    past,
  });
  const data = dataOf(all);
  const failure = all.ok ? null : all.failure;
  if (!data) return { asOfMs, found: [], failure };
  const knownAtMs = now.ok ? asOfMs : (now.last?.atMs ?? asOfMs);
  const instant = data.now.map(({ labels, value }) => ({
    labels,
    points: [[knownAtMs, value]] as [number, number][],
  }));
  // A point of the long steps covers all of its window: for hours it would show a job that is gone. For the last day
  // the short steps are more exact.
  const longUntilMs = grid(RECENT).fromMs + PAST.stepSeconds * 1000;
  const past30d = data.past.map(({ labels, points }) => ({
    labels,
    points: points.filter(([atMs]) => atMs < longUntilMs),
  }));
  const runs = runsOf(jobMoments([past30d, data.recent, fine, instant]), knownAtMs, data.known.length > 0);
  const found = runs.flatMap((run) => {
    const definition = definitions.find(({ job }) => isRunOf(job, run.jobName));
    return definition ? [{ run, definition }] : [];
  });
  return { asOfMs: knownAtMs, found, failure };
}

function summariesOf({ found, asOfMs }: Looked) {
  return found.map(({ run, definition }) => summaryOf(run, definition, asOfMs));
}

function choose(found: readonly Found[], runId: string | null): Found | undefined {
  return runId === null ? found[0] : found.find(({ run }) => run.id === runId);
}

function gridOf(run: Run, nowMs: number, scrapeSeconds: number): Grid {
  const { startedAtMs, endedAtMs } = stateOf(run, nowMs);
  const fromMs = startedAtMs ?? run.createdAtMs ?? run.moments[0]?.atMs ?? nowMs;
  return runGrid({ fromMs, toMs: endedAtMs }, nowMs, scrapeSeconds);
}

/** A rate needs a few samples in its window. */
function usageWindow({ stepSeconds }: Grid, scrapeSeconds: number): number {
  return Math.max(stepSeconds, 4 * scrapeSeconds, 120);
}

/** What was answered, or was last, where it can't be asked. */
function dataOf<T>(answer: Answer<T>): T | null {
  return answer.ok ? answer.data : (answer.last?.data ?? null);
}
