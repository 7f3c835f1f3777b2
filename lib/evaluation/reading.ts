import type { Reading } from "./view";

/** What Prometheus said about one line at one instant. undefined: no sample. A value may be NaN or infinite. */
export type LineSamples = {
  value: number | undefined;
  /** The newest sample behind the value, in milliseconds: it distinguishes a fresh value from an old one. */
  sampledAtMs: number | undefined;
  /** Requests in the window, where the signal needs traffic. */
  requests: number | undefined;
};

export type ReadingRules = {
  staleAfterSeconds: number;
  /** null: the signal needs no traffic to be judged. */
  minimumRequests: number | null;
};

/** A reading of data that could be asked for. */
export type KnownReading = Extract<Reading, { kind: "value" | "no-traffic" | "no-data" }>;

/**
 * What is known of a line at an instant. Nothing is filled in: what isn't a fresh, finite number is not a value.
 *
 * - No sample, or the newest older than `staleAfterSeconds`: no data, whatever the window still remembers.
 * - Fewer requests than the minimum: no traffic. 0/0 and the quantile of nothing are NaN, and end here too.
 * - NaN or an infinity although there was traffic enough: no data. A limit of zero divides to infinity, and says nothing.
 */
export function readingAt(atMs: number, evidence: LineSamples, rules: ReadingRules): KnownReading {
  const { value, sampledAtMs, requests } = evidence;
  if (sampledAtMs === undefined || !Number.isFinite(sampledAtMs)) return { kind: "no-data", last: null };
  const measured = value !== undefined && Number.isFinite(value) ? { value, sampledAtMs } : null;
  if (atMs - sampledAtMs > rules.staleAfterSeconds * 1000) return { kind: "no-data", last: measured };
  if (rules.minimumRequests !== null) {
    if (requests === undefined || !Number.isFinite(requests)) return { kind: "no-data", last: null };
    if (requests < rules.minimumRequests)
      return { kind: "no-traffic", requests, minimum: rules.minimumRequests, sampledAtMs };
  }
  return measured ? { kind: "value", ...measured } : { kind: "no-data", last: null };
}

/** The value that stands for a reading that isn't one: the last that was measured; null where there is none. */
export const lastOf = (reading: Reading): { value: number; sampledAtMs: number } | null =>
  reading.kind === "no-data" || reading.kind === "unknown" ? reading.last : null;

/** The newest reading, with the last value that was measured before the data ended. */
export function currentReading(readings: readonly KnownReading[]): KnownReading | null {
  const current = readings.at(-1);
  if (current?.kind !== "no-data") return current ?? null;
  return { ...current, last: lastValue(readings) ?? current.last };
}

/** The newest fresh value among the readings, oldest first. */
export function lastValue(readings: readonly Reading[]): { value: number; sampledAtMs: number } | null {
  const last = readings.findLast((reading) => reading.kind === "value");
  return last ? { value: last.value, sampledAtMs: last.sampledAtMs } : null;
}
