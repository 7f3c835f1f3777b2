import type { SignalId } from "@/lib/catalogue/bundle";
import { readBundle } from "@/lib/catalogue/store";
import type { JudgedThreshold } from "@/lib/evaluation/step";
import { WITHOUT_BUNDLE } from "@/lib/evaluation/without-bundle";
import { slotAt } from "@/lib/infra/clock";
import { environment } from "@/lib/infra/env";
import type { Answer } from "@/lib/prometheus/answer";
import { prometheus } from "@/lib/prometheus/client";
import type { TenantScope } from "@/lib/tenant/scope";
import { askHistory } from "@/lib/thresholds/ask-history";
import { backtest, backtestSummaryOf, type PreviewSummary } from "@/lib/thresholds/backtest";
import { type HistoryPart, replayPointsOf } from "@/lib/thresholds/history";
import {
  PREVIEW_RANGES,
  type PreviewRange,
  previewPart,
  previewStepSeconds,
} from "@/lib/thresholds/preview-range";

type Line = { signal: SignalId; line: string };

/** How much longer than the page's own age a preview's end may lie back: a tab that was left open overnight. */
const OLDEST_END_MS = 25 * 3_600_000;

/** Why a part of a history can't be asked for as it was. */
export type HistoryRefusal = { refused: string };

/**
 * One part of a line's history, as the evaluator would have read it.
 * @param toMs where the whole range ends: a multiple of its step, not in the future, at most 25 hours ago
 * @returns the readings, why they can't be had, a refusal in words, or null where there is no such line
 * @throws where the database can't be asked for the bundle
 */
export async function readHistory(
  scope: TenantScope,
  line: Line,
  { range, toMs, part }: { range: PreviewRange; toMs: number; part: number },
  nowMs: number,
): Promise<Answer<HistoryPart> | HistoryRefusal | null> {
  const stepSeconds = previewStepSeconds(range, environment().EVALUATION_INTERVAL_SECONDS);
  if (toMs !== slotAt(toMs, stepSeconds) || toMs > nowMs || toMs < nowMs - OLDEST_END_MS)
    return { refused: "A preview ends at a slot of the last 25 hours. Load the page again." };
  const bundle = await readBundle();
  if (!bundle) return { ok: false, failure: WITHOUT_BUNDLE, last: null };
  const sources = { bundle, tenantLabel: environment().TENANT_LABEL, prometheus: prometheus() };
  return askHistory(sources, scope, line, previewPart(range, stepSeconds, toMs, part));
}

/** Longer than this nobody waits for a save. The audit trail then says that the preview is not known. */
const SUMMARY_WITHIN_MS = 5_000;

/**
 * What a threshold would have done over a range that ends now, for the audit trail. null where that can't be told in time.
 * @throws where the database can't be asked for the bundle
 */
export async function readPreviewSummary(
  scope: TenantScope,
  line: Line,
  threshold: JudgedThreshold,
  range: PreviewRange,
  nowMs: number,
): Promise<PreviewSummary | null> {
  const bundle = await readBundle();
  if (!bundle) return null;
  const stepSeconds = previewStepSeconds(range, environment().EVALUATION_INTERVAL_SECONDS);
  const toMs = slotAt(nowMs - bundle.scrapeIntervalSeconds * 1000, stepSeconds);
  const sources = { bundle, tenantLabel: environment().TENANT_LABEL, prometheus: prometheus() };
  const parts = Array.from({ length: PREVIEW_RANGES[range].parts }, (_, part) =>
    askHistory(sources, scope, line, previewPart(range, stepSeconds, toMs, part)),
  );
  const late = new Promise<null>((resolve) => setTimeout(resolve, SUMMARY_WITHIN_MS, null).unref());
  const answers = await Promise.race([Promise.all(parts), late]);
  if (!answers) return null;
  const known = answers.flatMap((answer) => (answer?.ok ? [answer.data] : []));
  if (known.length < answers.length) return null;
  return backtestSummaryOf(range, stepSeconds, backtest(replayPointsOf(known), threshold, stepSeconds));
}
