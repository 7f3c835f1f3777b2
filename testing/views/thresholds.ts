import type { ReplayPoint } from "@/lib/evaluation/replay";
import type { EditView, ThresholdLine, ThresholdsView } from "@/lib/thresholds/view";
import { lineView, NOW_MS } from "./health";

const DEFAULT = { value: 1, inclusive: false, forSeconds: 300, recoverForSeconds: 300 };

/** Latency p95 by the platform's default. */
export function thresholdLine(change: Partial<ThresholdLine> = {}): ThresholdLine {
  return {
    key: "latency/p95",
    signal: "latency",
    line: "p95",
    name: "Latency p95",
    unit: "seconds",
    worse: "higher",
    windowSeconds: 300,
    threshold: lineView().threshold,
    default: DEFAULT,
    unusable: false,
    ...change,
  };
}

/** Availability as its owner set it. */
export function ownLine(change: Partial<ThresholdLine> = {}): ThresholdLine {
  return thresholdLine({
    key: "availability/availability",
    signal: "availability",
    line: "availability",
    name: "Availability",
    unit: "share",
    worse: "lower",
    threshold: { ...lineView().threshold, value: 0.995, version: 2, source: "owner" },
    default: { ...DEFAULT, value: 0.99 },
    ...change,
  });
}

/** The owner's change of latency from the default to 2 s. */
export function editView(change: Partial<EditView> = {}): EditView {
  const { key, name, unit, worse } = thresholdLine();
  return {
    id: "7",
    atMs: NOW_MS - 3_600_000,
    by: "owner@photos.example",
    line: { key, name, unit, worse },
    from: null,
    to: { ...DEFAULT, value: 2, enabled: true, version: 1 },
    preview: { range: "7d", stepSeconds: 60, alerts: 2, longestSeconds: 600, mails: 4 },
    previewState: "known",
    undoable: true,
    ...change,
  };
}

export function thresholdsView(change: Partial<ThresholdsView> = {}): ThresholdsView {
  return {
    tenantId: "photos",
    lines: [thresholdLine(), ownLine()],
    edits: [],
    intervalSeconds: 30,
    scrapeIntervalSeconds: 15,
    ...change,
  };
}

/** A day of latency, one point a minute: quiet, and above a second for ten minutes in the middle. */
export function historyView(value: (minute: number) => number | null = breachAtNoon) {
  const toMs = NOW_MS;
  const fromMs = toMs - 86_400_000;
  const points = Array.from({ length: 1_441 }, (_, minute): ReplayPoint => {
    const measured = value(minute);
    return {
      atMs: fromMs + minute * 60_000,
      reading: measured === null ? { kind: "no-data" } : { kind: "value", value: measured },
    };
  });
  return { points, fromMs, toMs, stepSeconds: 60 };
}

const breachAtNoon = (minute: number) => (minute >= 720 && minute < 730 ? 1.5 : 0.2);
