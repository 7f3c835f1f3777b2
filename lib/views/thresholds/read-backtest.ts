import type { SignalId } from "@/lib/catalogue/bundle";
import { catalogueStore } from "@/lib/catalogue/store";
import type { JudgedThreshold } from "@/lib/evaluation/step";
import { WITHOUT_BUNDLE } from "@/lib/evaluation/without-bundle";
import { slotAt } from "@/lib/infra/clock";
import { environment } from "@/lib/infra/env";
import type { Answer } from "@/lib/prometheus/answer";
import { prometheus } from "@/lib/prometheus/client";
import type { TenantScope } from "@/lib/tenant/scope";
import { askHighest } from "@/lib/thresholds/ask-highest";
import { askHistory } from "@/lib/thresholds/ask-history";
import { backtest, backtestSummaryOf, type PreviewSummary } from "@/lib/thresholds/backtest";
import { type HistoryPart, isReadByParts, replayPointsOf } from "@/lib/thresholds/history";
import {
  PREVIEW_RANGES,
  type PreviewRange,
  previewPart,
  previewStepSeconds,
} from "@/lib/thresholds/preview-range";
import { askInPieces } from "./ask-in-pieces";

type Line = { signal: SignalId; line: string };

/** How much longer than the page's own age a preview's end may lie back: a tab that was left open overnight. */
const OLDEST_END_MS = 25 * 3_600_000;

/** Why a part of a history can't be asked for as it was. */
export type HistoryRefusal = { refused: string };

/**
 * One part of a line's history, as the evaluator would have read it. The last part has the line's highest possible value, too.
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
  const bundle = await catalogueStore.readBundle();
  if (!bundle) return { ok: false, failure: WITHOUT_BUNDLE, last: null };
  const sources = { bundle, tenantLabel: environment().TENANT_LABEL, prometheus: prometheus() };
  const isLast = part === PREVIEW_RANGES[range].parts - 1;
  const [history, highest] = await Promise.all([
    askHistory(sources, scope, line, previewPart(range, stepSeconds, toMs, part)),
    isLast ? askHighest(sources, scope, line, toMs) : null,
  ]);
  if (!history?.ok || !highest?.ok) return history;
  return { ...history, data: { ...history.data, highest: highest.data } };
}

/** A part whose question fails is asked for once more, after the client has dropped the failure: a busy Prometheus may answer then. */
const ASK_AGAIN_AFTER_MS = 5_000;

/** Parts asked at once, as the page does: a preview leaves room at Prometheus for everybody else. */
const AT_ONCE = 2;

/**
 * What a threshold would have done over a range that ends now, for the audit trail: what the page's preview says. null where that
 * can't be known. Each question to Prometheus has a deadline, and is asked twice at most, so it ends within two minutes or so.
 * @throws where the database can't be asked for the bundle
 */
export async function readPreviewSummary(
  scope: TenantScope,
  line: Line,
  threshold: JudgedThreshold,
  range: PreviewRange,
  nowMs: number,
): Promise<PreviewSummary | null> {
  const bundle = await catalogueStore.readBundle();
  if (!bundle) return null;
  const stepSeconds = previewStepSeconds(range, environment().EVALUATION_INTERVAL_SECONDS);
  const toMs = slotAt(nowMs - bundle.scrapeIntervalSeconds * 1000, stepSeconds);
  const sources = { bundle, tenantLabel: environment().TENANT_LABEL, prometheus: prometheus() };
  const parts = await askInPieces(
    PREVIEW_RANGES[range].parts,
    (part) => askHistory(sources, scope, line, previewPart(range, stepSeconds, toMs, part)),
    { atOnce: AT_ONCE, againAfterMs: ASK_AGAIN_AFTER_MS },
  );
  if (!parts || !isReadByParts(parts)) return null;
  return backtestSummaryOf(range, stepSeconds, backtest(replayPointsOf(parts), threshold, stepSeconds));
}

/** Longer than this no save waits for its preview: the audit trail gets it afterwards. */
const SAVE_WAITS_MS = 2_000;

/**
 * A preview's summary as far as a save knows it.
 * @returns "pending" where it takes longer than a save may
 */
export function inTimeForSave(
  summary: Promise<PreviewSummary | null>,
  waitMs = SAVE_WAITS_MS,
): Promise<PreviewSummary | "pending" | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<"pending">((resolve) => {
    timer = setTimeout(resolve, waitMs, "pending");
  });
  return Promise.race([summary, late]).finally(() => clearTimeout(timer));
}
