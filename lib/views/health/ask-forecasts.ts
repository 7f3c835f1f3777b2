import { type Bundle, type LineDefinition, SIGNAL_IDS, type SignalId } from "@/lib/catalogue/bundle";
import { type Ask, askFor, type SignalSources } from "@/lib/evaluation/ask";
import { endingGrid, type Grid } from "@/lib/evaluation/grid";
import { FORECAST_SECONDS, FORECAST_STEP_SECONDS } from "@/lib/forecast/forecast";
import { type LineForecast, lineForecastOf } from "@/lib/forecast/line-forecast";
import { slotAt } from "@/lib/infra/clock";
import type { Answer, Series } from "@/lib/prometheus/answer";
import { parenthesised } from "@/lib/promql/plain-text";
import type { TenantScope } from "@/lib/tenant/scope";
import { forecastSentence, whenFull } from "@/lib/wording/forecast-words";
import { partInWords } from "@/lib/wording/part-words";
import { inSentence } from "@/lib/wording/sentence";
import { askInTime } from "./ask-in-time";
import type { ForecastView } from "./view";

/** So many parts of a line, the fullest, whatever it has: the answer stays small. */
const PARTS_AT_MOST = 8;
/** A page waits so long for three days of values. The question goes on, and the next poll has its answer. */
const WAIT_AT_MOST_MS = 1_000;

/** Only a date as near as this is on the first screen. */
const CARD_WITHIN_MS = 7 * 86_400_000;

/**
 * When the lines that fill up will be full: one question for each, about the same quarter of an hour for every viewer.
 * @param waitMs how long the answers are waited for
 * @returns what has answers, the first that is full first; a line without any value has no forecast
 */
export async function askForecasts(
  sources: SignalSources,
  scope: TenantScope,
  { nowMs, zone, waitMs = WAIT_AT_MOST_MS }: { nowMs: number; zone: string; waitMs?: number },
): Promise<ForecastView[]> {
  const { bundle } = sources;
  // Its own, so that a failure here isn't one of the questions that the state of the page rests on.
  const ask = askFor(sources, scope);
  const grid = forecastGrid(nowMs, bundle);
  const asked = linesThatFill(bundle).map(async ({ signal, line }): Promise<ForecastView[]> => {
    const key = `forecast ${scope.tenantId} ${signal}/${line.id}`;
    const answer = await askInTime(key, () => askParts(ask, bundle, signal, line, grid), waitMs);
    if (!answer?.ok || answer.data.length === 0) return [];
    return [viewOf(signal, line, lineForecastOf(answer.data, grid.toMs), nowMs, zone)];
  });
  const dateMs = ({ fullAtMs }: ForecastView) => fullAtMs ?? Number.MAX_VALUE;
  return (await Promise.all(asked)).flat().sort((a, b) => dateMs(a) - dateMs(b));
}

function forecastGrid(nowMs: number, { scrapeIntervalSeconds }: Bundle): Grid {
  const toMs = slotAt(nowMs - scrapeIntervalSeconds * 1000, FORECAST_STEP_SECONDS);
  return endingGrid(toMs, FORECAST_SECONDS, FORECAST_STEP_SECONDS);
}

function linesThatFill({ signals }: Bundle): { signal: SignalId; line: LineDefinition }[] {
  return SIGNAL_IDS.flatMap((signal) =>
    signals[signal].lines
      .filter(({ fills, threshold }) => fills && threshold)
      .map((line) => ({ signal, line })),
  );
}

function askParts(
  ask: Ask,
  { signals }: Bundle,
  signal: SignalId,
  { parts, query }: LineDefinition,
  grid: Grid,
): Promise<Answer<Series[]>> {
  const ofParts = parts && `topk(${PARTS_AT_MOST}, ${parenthesised(parts.query)})`;
  // As long as a step, so that no peak falls between two points.
  const windowSeconds = Math.max(signals[signal].windowSeconds, grid.stepSeconds);
  return ask.range(ofParts ?? query, windowSeconds, grid);
}

function viewOf(
  signal: SignalId,
  line: LineDefinition,
  { forecast, part }: LineForecast,
  nowMs: number,
  zone: string,
): ForecastView {
  const by = line.parts?.by ?? [];
  const name =
    part &&
    partInWords(
      by,
      by.map((label) => part[label] ?? ""),
    );
  const isSoon = forecast.kind === "full" && forecast.atMs - nowMs <= CARD_WITHIN_MS;
  return {
    signal,
    line: line.id,
    kind: forecast.kind,
    fullAtMs: forecast.kind === "full" ? forecast.atMs : null,
    fullBetweenMs: forecast.kind === "full" ? [forecast.fromMs, forecast.untilMs] : null,
    sentence: forecastSentence(forecast, name && inSentence(name), nowMs, zone),
    onCard: isSoon ? `${line.label} full ${whenFull(forecast, nowMs, zone, "short")}` : null,
  };
}
