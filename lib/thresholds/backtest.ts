import type { Alert } from "@/lib/alerts/alert";
import { INITIAL_LINE, judgeLine, type LineState } from "@/lib/alerts/judge";
import { mailsDue, type ThreadMails } from "@/lib/alerts/mails";
import type { LineKey } from "@/lib/evaluation/effective";
import { NO_BAD_PARTS } from "@/lib/evaluation/parts";
import { type Replay, type ReplayPoint, readingByParts, replay, type Span } from "@/lib/evaluation/replay";
import type { JudgedThreshold } from "@/lib/evaluation/step";

/** An alert that a threshold would have raised. `endedAtMs` is null where it would still last at the last point. */
export type PastAlert = { breachedAtMs: number; firedAtMs: number; endedAtMs: number | null };

/** What a threshold would have done over a stretch of history. */
export type Backtest = {
  spans: Span[];
  alerts: PastAlert[];
  /** From firing to its end, of the longest one; 0 without alerts. */
  longestMs: number;
  /** All alerts together. */
  alertingMs: number;
  mails: number;
};

/** What the audit trail keeps of a preview. */
export type PreviewSummary = {
  range: string;
  stepSeconds: number;
  alerts: number;
  longestSeconds: number;
  mails: number;
};

/**
 * What a threshold would have done: the evaluator's own judgement, point by point, and the mails by the evaluator's own rules.
 *
 * Mails are those of this line alone, each taken by the relay at once. Other lines that fire at the same time share mails, so
 * there would have been fewer.
 * @param points oldest first, `stepSeconds` apart; each stands for an evaluation cycle
 */
export function backtest(
  points: readonly ReplayPoint[],
  threshold: JudgedThreshold,
  stepSeconds: number,
): Backtest {
  const replayed = replay(points, threshold, stepSeconds);
  const alerts = alertsOf(replayed);
  const toMs = points.at(-1)?.atMs ?? 0;
  const lengths = alerts.map(({ firedAtMs, endedAtMs }) => (endedAtMs ?? toMs) - firedAtMs);
  return {
    spans: replayed.spans,
    alerts,
    longestMs: Math.max(0, ...lengths),
    alertingMs: lengths.reduce((sum, length) => sum + length, 0),
    mails: alerts.length === 0 ? 0 : countMails(points, threshold, stepSeconds),
  };
}

/** The alerts among the edges: from each firing to the recovery, or to the end of a day without data. */
export function alertsOf({ transitions }: Pick<Replay, "transitions">): PastAlert[] {
  const alerts: PastAlert[] = [];
  let breachedAtMs: number | null = null;
  for (const { kind, atMs } of transitions) {
    if (kind === "breach-began") breachedAtMs = atMs;
    else if (kind === "breach-ended") breachedAtMs = null;
    else if (kind === "fired") {
      alerts.push({ breachedAtMs: breachedAtMs ?? atMs, firedAtMs: atMs, endedAtMs: null });
      breachedAtMs = null;
    } else if (kind === "recovered" || kind === "expired") {
      const open = alerts.at(-1);
      if (open) open.endedAtMs = atMs;
    }
  }
  return alerts;
}

/** For the audit trail. */
export function backtestSummaryOf(range: string, stepSeconds: number, result: Backtest): PreviewSummary {
  return {
    range,
    stepSeconds,
    alerts: result.alerts.length,
    longestSeconds: Math.round(result.longestMs / 1000),
    mails: result.mails,
  };
}

/** Any line's: the rules don't use it. */
const LINE: LineKey = "availability/preview";
const KNOWN: ReadonlySet<LineKey> = new Set([LINE]);
const ACCEPTED: ThreadMails = { accepted: true, mayHaveLeft: true, open: false };

function countMails(
  points: readonly ReplayPoint[],
  threshold: JudgedThreshold,
  intervalSeconds: number,
): number {
  let state: LineState = INITIAL_LINE;
  let alert: Alert | null = null;
  let mails = 0;
  let ids = 0;
  const input = {
    tenantId: "",
    lineKey: LINE,
    threshold: { ...threshold, enabled: true, version: 0, source: "owner" as const },
    // Missing data is mailed whatever the threshold is.
    isMissingMailed: false,
    newId: () => `${++ids}`,
  };
  for (const point of points) {
    const { atMs } = point;
    const { condition } = state.step.judged;
    const before = { badParts: state.badParts ?? NO_BAD_PARTS, condition };
    const { reading, badParts } = readingByParts(point, before, threshold);
    const cycle = { atMs, intervalSeconds, unknownUntilMs: null };
    const judged = judgeLine({ ...input, state, alert, badParts }, reading, cycle);
    state = judged.state;
    alert = judged.alert?.ended ? null : judged.alert;
    if (!alert && judged.events.length === 0) continue;
    const about = judged.alert;
    const mailing = mailsDue({
      atMs,
      events: judged.events,
      open: alert ? [alert] : [],
      past: about?.ended ? [about] : [],
      threads: new Map(about ? [[about.thread.id, ACCEPTED]] : []),
      known: KNOWN,
    });
    mails += mailing.mails.length;
    if (alert) alert = { ...alert, ...mailing.changes.get(alert.id) };
  }
  return mails;
}
