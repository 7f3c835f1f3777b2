import type { PreviewSummary } from "./backtest";
import type { ThresholdEdit } from "./edit";

/** A setting as the audit trail keeps it. */
export type RecordedSetting = ThresholdEdit & { version: number };

/** One entry of the audit trail. null as `from` or `to` is the platform's default. */
export type RecordedEdit = {
  id: string;
  signal: string;
  line: string;
  atMs: number;
  by: string;
  from: RecordedSetting | null;
  to: RecordedSetting | null;
  /** null: the alert is off, or it is not known, or not yet. */
  preview: PreviewSummary | null;
};
