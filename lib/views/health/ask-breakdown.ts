import type { LineDefinition, SignalDefinition, Threshold } from "@/lib/catalogue/bundle";
import { type Ask, askFor, type SignalSources } from "@/lib/evaluation/ask";
import {
  type Breakdown,
  type BreakdownAnswer,
  type BreakdownRules,
  badTemplate,
  breakdownRules,
  countTemplate,
  hasNames,
  sumTemplate,
  topPartsOf,
  topTemplate,
} from "@/lib/evaluation/breakdown";
import { type LineKey, lineKeyOf } from "@/lib/evaluation/effective";
import { byWeight } from "@/lib/evaluation/status";
import type { LineView, SignalView } from "@/lib/evaluation/view";
import type { Answer, Sample } from "@/lib/prometheus/answer";
import { queryFailureOf } from "@/lib/prometheus/failure";
import type { TenantScope } from "@/lib/tenant/scope";
import { breakdownOf } from "@/lib/wording/breakdown";
import { askInTime } from "./ask-in-time";

/** A page waits so long for the parts of a line. */
const WAIT_AT_MOST_MS = 1_000;

/** A line as it is defined, and the threshold by which its parts are judged. */
type LineToBreakDown = { signal: SignalDefinition; definition: LineDefinition; threshold: Threshold };

/**
 * The worst parts of a line at an instant, in one question whose answer has five series at most, and up to two more for the counts
 * where there may be more parts than that.
 * @param key names the line among those of the tenant
 * @param atMs the instant that the line's value is of
 * @returns null where the line can't be broken down
 */
export async function askBreakdown(
  sources: SignalSources,
  scope: TenantScope,
  { signal, definition, threshold }: LineToBreakDown,
  { key, atMs, waitMs = WAIT_AT_MOST_MS }: { key: LineKey; atMs: number; waitMs?: number },
): Promise<BreakdownAnswer | null> {
  const rules = breakdownRules(definition);
  if (!rules) return null;
  // Its own, so that a failure here isn't one of the questions that the state of the page rests on.
  const ask = askFor(sources, scope);
  const now = (template: string) => ask.instant(template, signal.windowSeconds, atMs);
  const asked = () => askParts(now, rules, threshold, signal.worse);
  const answer = await askInTime(`breakdown ${scope.tenantId} ${key}`, asked, waitMs);
  if (!answer?.ok)
    return { kind: "unknown", message: (answer?.failure ?? queryFailureOf("timeout")).message };
  const { parts } = answer.data;
  if (parts.length === 0) return { kind: "none" };
  return hasNames(parts) ? { kind: "parts", breakdown: answer.data } : { kind: "unnamed", by: rules.by };
}

/** So many lines are broken down for the health page, what weighs most first: a phone's first screen has room for no more. */
const LINES_AT_MOST = 2;

/** The parts of what breaches now, by line: where nothing does, nothing is asked. What isn't answered in time is left out. */
export async function askWorstParts(
  sources: SignalSources,
  scope: TenantScope,
  signals: readonly SignalView[],
  atMs: number,
): Promise<Map<LineKey, Breakdown>> {
  const breaching = signals.flatMap(({ id, lines }) =>
    lines.filter(isBreaching).map((view) => ({ id, view, key: lineKeyOf(id, view.id) })),
  );
  const asked = breaching
    .toSorted((a, b) => byWeight(a.view.status, b.view.status))
    .slice(0, LINES_AT_MOST)
    .map(async ({ id, view, key }) => {
      const signal = sources.bundle.signals[id];
      const definition = signal.lines.find((each) => each.id === view.id);
      const answer =
        definition &&
        (await askBreakdown(
          sources,
          scope,
          { signal, definition, threshold: view.threshold },
          { key, atMs },
        ));
      return answer?.kind === "parts" ? ([key, answer.breakdown] as const) : null;
    });
  return new Map((await Promise.all(asked)).filter((each) => each !== null));
}

/** What is recovering is within its threshold, and a part explains only a value. */
const isBreaching = ({ status, reading }: LineView): boolean =>
  (status === "firing" || status === "pending") && reading.kind === "value";

type Now = (template: string) => ReturnType<Ask["instant"]>;

async function askParts(
  now: Now,
  rules: BreakdownRules,
  threshold: Threshold,
  worse: SignalDefinition["worse"],
): Promise<Answer<Breakdown>> {
  const answer = await now(topTemplate(rules.query, worse));
  if (!answer.ok) return { ...answer, last: null };
  const top = topPartsOf(answer.data, rules, threshold, worse);
  const [all, bad, sum] = await Promise.all([
    top.mayBeMore ? now(countTemplate(rules.query)) : null,
    top.mayMoreBeBad ? now(badTemplate(rules, threshold, worse)) : null,
    rules.adds && top.mayMoreBeBad ? now(sumTemplate(rules.query)) : null,
  ]);
  const value = (about: Answer<Sample[]> | null) => (about?.ok ? (about.data[0]?.value ?? null) : null);
  return {
    ...answer,
    data: breakdownOf(rules, top, { all: value(all), bad: value(bad), sum: value(sum) }),
  };
}
