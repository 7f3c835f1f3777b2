import type { LineDefinition, SignalDefinition, SignalId } from "@/lib/catalogue/bundle";
import type { Ask } from "@/lib/evaluation/ask";
import { askPartSeries } from "@/lib/evaluation/ask-parts";
import { type EffectiveThreshold, lineKeyOf } from "@/lib/evaluation/effective";
import type { Grid } from "@/lib/evaluation/grid";
import type { LineAnswers } from "@/lib/evaluation/line-view";
import { breaches } from "@/lib/evaluation/threshold";
import { type Evaluated, isJudgedByEvaluator } from "./evaluated";

/** A judged line with what was answered about it. */
export type Answered = { line: LineDefinition; answers: LineAnswers };

/**
 * Looks at the parts of the lines that the page judges by itself, as the evaluator would: only where one breached in the hour.
 * @returns the same lines, in the same order
 */
export function askLineParts(
  ask: Ask,
  { id, signal, grid }: { id: SignalId; signal: SignalDefinition; grid: Grid },
  answered: readonly Answered[],
  thresholdOf: (line: string) => EffectiveThreshold | undefined,
  evaluated: Evaluated,
): Promise<Answered[]> {
  return Promise.all(
    answered.map(async ({ line, answers }) => {
      const threshold = thresholdOf(line.id);
      const { parts } = line;
      if (!parts || !threshold?.enabled || isJudgedByEvaluator(evaluated, lineKeyOf(id, line.id)))
        return { line, answers };
      const points = answers.values.ok ? (answers.values.data[0]?.points ?? []) : [];
      if (!points.some(([, value]) => breaches(value, threshold, signal.worse))) return { line, answers };
      const { windowSeconds } = signal;
      const series = await askPartSeries(ask, parts, windowSeconds, grid);
      return { line, answers: { ...answers, parts: { definition: parts, windowSeconds, series } } };
    }),
  );
}
