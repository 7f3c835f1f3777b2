import type { SignalId, Threshold, Unit } from "@/lib/catalogue/bundle";
import type { EffectiveThreshold, LineKey } from "@/lib/evaluation/effective";
import type { PreviewSummary } from "./backtest";
import type { RecordedSetting } from "./record";

/** One judged line on the thresholds page: what holds, and what the platform would say. */
export type ThresholdLine = {
  key: LineKey;
  signal: SignalId;
  line: string;
  /** "Latency p95": how the line is called where it stands alone. */
  name: string;
  unit: Unit;
  worse: "higher" | "lower";
  /** What a value covers. */
  windowSeconds: number;
  threshold: EffectiveThreshold;
  default: Threshold;
  /** What is stored can't be judged by, so the default judges in its place. */
  unusable: boolean;
};

/** An entry of the audit trail, with what is needed to write it. null as `from` or `to` is the platform's default. */
export type EditView = {
  id: string;
  atMs: number;
  by: string;
  /** null: the bundle no longer has such a line. */
  line: Pick<ThresholdLine, "key" | "name" | "unit" | "worse"> | null;
  from: RecordedSetting | null;
  to: RecordedSetting | null;
  preview: PreviewSummary | null;
  /** none: the alert is off, so there is nothing to preview. pending: it is being worked out. */
  previewState: "known" | "pending" | "unknown" | "none";
  /** It is the newest of its line, so it can be undone. */
  undoable: boolean;
};

/** The answer of GET /api/thresholds, and the props of the thresholds page. */
export type ThresholdsView = {
  tenantId: string;
  lines: ThresholdLine[];
  /** Newest first. */
  edits: EditView[];
  /** How far apart the evaluator's cycles are. */
  intervalSeconds: number;
  /** The newest data is this old at most when it is asked for. */
  scrapeIntervalSeconds: number;
  /** After a save: what could not be checked of it, and why. */
  unchecked?: string;
};

/** The answer to a save that came too late: what the line has become meanwhile. */
export type ThresholdConflict = {
  threshold: EffectiveThreshold;
  by: string | null;
  atMs: number | null;
  /** It was the same owner, in another tab or browser. */
  isOwn: boolean;
};
