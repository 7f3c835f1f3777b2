import type { CsvCell } from "@/lib/infra/csv";
import type { AlertView } from "./view";

const iso = (atMs: number) => new Date(atMs).toISOString();

const SIGNS = { higher: { true: ">=", false: ">" }, lower: { true: "<=", false: "<" } } as const;

/** The columns of the history as a table: times in UTC, lengths in seconds, values in the unit that stands beside them. */
const COLUMNS: Record<string, (alert: AlertView) => CsvCell> = {
  episode_id: ({ id }) => id,
  signal: ({ signal }) => signal,
  line: ({ line }) => line,
  breach_began_at: ({ breachedAtMs }) => iso(breachedAtMs),
  fired_at: ({ firedAtMs }) => iso(firedAtMs),
  ended_at: ({ ended }) => ended && iso(ended.atMs),
  duration_seconds: ({ ended, firedAtMs }) => ended && Math.round((ended.atMs - firedAtMs) / 1000),
  end_reason: ({ ended }) => ended?.reason ?? null,
  fired_value: ({ firedValue }) => firedValue,
  worst_value: ({ worst }) => worst.value,
  worst_at: ({ worst }) => iso(worst.atMs),
  unit: ({ unit }) => unit,
  threshold_sign: ({ threshold, worse }) => SIGNS[worse][`${threshold.inclusive}`],
  threshold_value: ({ threshold }) => threshold.value,
  threshold_pending_seconds: ({ threshold }) => threshold.forSeconds,
  threshold_recovery_seconds: ({ threshold }) => threshold.recoverForSeconds,
  // Whose problem it was judged to be at onset; empty where nothing was said.
  verdict: ({ side }) => side,
  // The thread's: alerts that fire together share their mails.
  mails: ({ mails }) => mails.length,
  mails_accepted: ({ mails }) => mails.filter(({ acceptedAtMs }) => acceptedAtMs !== null).length,
};

export const ALERT_COLUMNS = Object.keys(COLUMNS);

export const alertCells = (alert: AlertView): CsvCell[] => Object.values(COLUMNS).map((cell) => cell(alert));
