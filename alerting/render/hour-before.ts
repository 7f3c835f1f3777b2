import type { JudgedLine } from "@/alerting/fleet/questions";
import type { MailFacts, MailLine } from "@/lib/alerts/mail-facts";
import { type Ask, askFor, type SignalSources } from "@/lib/evaluation/ask";
import { askUnplanned } from "@/lib/evaluation/ask-unplanned";
import { deploymentsOf, restartsOf } from "@/lib/evaluation/events";
import { endingGrid, fillGaps, TREND_STEP_SECONDS } from "@/lib/evaluation/grid";
import { log } from "@/lib/infra/log";
import type { Answer } from "@/lib/prometheus/answer";
import type { TenantScope } from "@/lib/tenant/scope";

const HOUR_SECONDS = 3_600;

/** What the mail's own tenant went through in the hour before. Each part is null where it could not be read in time. */
export type HourBefore = {
  trend(line: JudgedLine): Promise<MailLine["trend"]>;
  deployments(): Promise<MailFacts["deployments"]>;
  restarts(): Promise<Exclude<MailFacts["restarts"], undefined>>;
};

/**
 * Asks for hours before, each for one tenant alone.
 * @param atMs the instant at which the hour ends: that which the slot was asked about
 * @param withinMs all questions together are given up after this: a mail without its picture is better than a late one
 */
export function hoursBefore(
  sources: SignalSources,
  { atMs, withinMs }: { atMs: number; withinMs: number },
): (scope: TenantScope) => HourBefore {
  const grid = endingGrid(atMs, HOUR_SECONDS, TREND_STEP_SECONDS);
  const isWithin = (event: { atMs: number }) => event.atMs > grid.fromMs && event.atMs <= atMs;
  const inTime = within(performance.now() + withinMs);
  const { events } = sources.bundle;
  return (scope) => {
    const ask: Ask = askFor(sources, scope);
    return {
      trend: ({ signal, signalId, line }) =>
        inTime(async () => {
          const series = dataOf(await ask.range(line.query, signal.windowSeconds, grid));
          if (!series || series.length > 1) return null;
          const points = fillGaps(series[0], grid);
          // The picture has the threshold, so it shows what is judged by it. Where that can't be asked, what was seen was judged.
          const moments = points.flatMap(([at, value]) => (value === null ? [] : [{ atMs: at, value }]));
          const unplanned = await askUnplanned(ask, sources.bundle, { signal: signalId, line }, moments);
          if (!unplanned.ok) return points;
          return points.map(([at, value]) => [at, unplanned.values.get(at) ?? value]);
        }),
      deployments: () =>
        inTime(async () => {
          const samples = dataOf(await ask.instant(events.deployments, HOUR_SECONDS, atMs));
          if (!samples) return null;
          return deploymentsOf(samples)
            .filter(isWithin)
            .map(({ atMs: at, version }) => ({ atMs: at, version }));
        }),
      restarts: () =>
        inTime(async () => {
          const [restarts, exitCodes] = await Promise.all([
            ask.range(events.restarts, HOUR_SECONDS, grid),
            ask.range(events.exitCodes, HOUR_SECONDS, grid),
          ]);
          // A restart is worth showing without its exit code.
          const series = dataOf(restarts);
          return series && restartsOf(series, dataOf(exitCodes) ?? []).filter(isWithin);
        }),
    };
  };
}

const dataOf = <T>(answer: Answer<T>): T | null => (answer.ok ? answer.data : null);

/** Gives up at one deadline, whatever was asked when. */
function within(deadlineMs: number): <T>(work: () => Promise<T | null>) => Promise<T | null> {
  return async (work) => {
    const leftMs = deadlineMs - performance.now();
    if (leftMs <= 0) return null;
    const giveUp = new AbortController();
    const late = new Promise<null>((resolve) => {
      const timer = setTimeout(() => resolve(null), leftMs);
      giveUp.signal.addEventListener("abort", () => clearTimeout(timer), { once: true });
    });
    return Promise.race([work(), late])
      .catch((error) => {
        log.warn({ err: error }, "What was in the hour before a mail could not be asked for.");
        return null;
      })
      .finally(() => giveUp.abort());
  };
}
