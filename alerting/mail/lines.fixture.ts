import type { MailLine } from "@/lib/alerts/mail-facts";

/** A Saturday in November, 14:07 in Berlin. */
export const EXAMPLE_AT_MS = Date.UTC(2026, 10, 21, 13, 7);
export const MINUTE = 60_000;
/** So many minutes before the examples' moment. */
export const ago = (minutes: number) => EXAMPLE_AT_MS - minutes * MINUTE;

/** The hour before, a point a minute; `at` says the value so many minutes before the end. */
export function hour(
  at: (minutesBefore: number) => number | null,
  untilMs = EXAMPLE_AT_MS,
): MailLine["trend"] {
  return Array.from({ length: 61 }, (_, index) => [untilMs - (60 - index) * MINUTE, at(60 - index)]);
}

/** A wobble that is the same each time. */
const wobble = (minutes: number, size: number) => Math.sin(minutes * 1.7) * Math.cos(minutes * 0.6) * size;

export const PORTAL = "https://watchpost.example";

export const errorRate: MailLine = {
  signal: "error-rate",
  signalTitle: "Error rate",
  line: "error-rate",
  lineLabel: "Failed requests (5xx)",
  unit: "share",
  worse: "higher",
  threshold: { value: 0.05, inclusive: false, forSeconds: 300, recoverForSeconds: 300 },
  value: 0.084,
  missingSinceMs: null,
  missingParts: [],
  worstPart: "route /upload (91\u00a0% of it); 38 of 40 routes have none",
  alert: {
    id: "4a1f8f0e-3f51-4a0c-9f5e-0d6f2a2f9c11",
    breachedAtMs: ago(5),
    firedAtMs: ago(0),
    firedValue: 0.084,
    worst: 0.084,
    worstAtMs: ago(0),
    endedAtMs: null,
  },
  trend: hour((m) =>
    m > 20 ? 0.012 + wobble(m, 0.003) : 0.012 + ((20 - m) / 20) ** 2.2 * 0.072 + wobble(m, 0.002),
  ),
  url: `${PORTAL}/signals/error-rate`,
};

export const latency: MailLine = {
  signal: "latency",
  signalTitle: "Latency",
  line: "p95",
  lineLabel: "p95",
  unit: "seconds",
  worse: "higher",
  threshold: { value: 1, inclusive: false, forSeconds: 300, recoverForSeconds: 300 },
  value: 2.41,
  missingSinceMs: null,
  missingParts: [],
  alert: {
    id: "a2b6b2f4-6a86-4b7e-9a90-2f9a1d0b7c22",
    breachedAtMs: ago(6),
    firedAtMs: ago(1),
    firedValue: 2.41,
    worst: 2.6,
    worstAtMs: ago(2),
    endedAtMs: null,
  },
  trend: hour((m) => (m > 7 ? 0.212 + wobble(m, 0.03) : 2.4 - (m > 4 ? (m - 4) * 0.7 : 0) + wobble(m, 0.15))),
  url: `${PORTAL}/signals/latency`,
};

export const availability: MailLine = {
  signal: "availability",
  signalTitle: "Availability",
  line: "availability",
  lineLabel: "Successful probes",
  unit: "share",
  worse: "lower",
  threshold: { value: 0.99, inclusive: false, forSeconds: 120, recoverForSeconds: 300 },
  value: null,
  missingSinceMs: ago(14),
  missingParts: [],
  alert: null,
  trend: hour((m) => (m < 14 ? null : m > 32 && m < 35 ? 0.994 : 1)),
  url: `${PORTAL}/signals/availability`,
};

export const memory: MailLine = {
  signal: "saturation",
  signalTitle: "Saturation",
  line: "memory",
  lineLabel: "Memory",
  unit: "share",
  worse: "higher",
  threshold: { value: 0.9, inclusive: false, forSeconds: 600, recoverForSeconds: 300 },
  value: 0.934,
  missingSinceMs: null,
  missingParts: [],
  alert: {
    id: "c0ffee00-1f51-4a0c-9f5e-0d6f2a2f9c33",
    breachedAtMs: ago(252),
    firedAtMs: ago(242),
    firedValue: 0.912,
    worst: 0.961,
    worstAtMs: ago(75),
    endedAtMs: null,
  },
  trend: hour((m) => 0.934 + wobble(m, 0.012)),
  url: `${PORTAL}/signals/saturation`,
};

export const restarts: MailLine = {
  signal: "restarts",
  signalTitle: "Restarts",
  line: "restarts",
  lineLabel: "Restarts in 30 min",
  unit: "count",
  worse: "higher",
  threshold: { value: 3, inclusive: true, forSeconds: 0, recoverForSeconds: 300 },
  value: 4,
  missingSinceMs: null,
  missingParts: [],
  alert: {
    id: "d00dfeed-1f51-4a0c-9f5e-0d6f2a2f9c44",
    breachedAtMs: ago(3),
    firedAtMs: ago(3),
    firedValue: 3,
    worst: 4,
    worstAtMs: ago(0),
    endedAtMs: null,
  },
  trend: hour((m) => (m > 16 ? 0 : m > 9 ? 1 : m > 5 ? 2 : m > 2 ? 3 : 4)),
  url: `${PORTAL}/signals/restarts`,
};

/** The error rate after its repair: 14 minutes of alert, then the recovery hold. */
export const recoveredErrorRate: MailLine = {
  ...errorRate,
  value: 0.003,
  alert: {
    id: "4a1f8f0e-3f51-4a0c-9f5e-0d6f2a2f9c11",
    breachedAtMs: ago(19),
    firedAtMs: ago(14),
    firedValue: 0.091,
    worst: 0.123,
    worstAtMs: ago(10),
    endedAtMs: ago(0),
  },
  trend: hour((m) =>
    m > 24
      ? 0.012 + wobble(m, 0.003)
      : m > 10
        ? 0.012 + ((24 - m) / 14) * 0.111
        : m > 5
          ? 0.003 + ((m - 5) / 5) * 0.12
          : 0.003 + wobble(m, 0.001),
  ),
};

/** Every third probe fails, for 18 minutes. */
export const failingAvailability: MailLine = {
  ...availability,
  value: 0.63,
  missingSinceMs: null,
  alert: {
    id: "beefbeef-1f51-4a0c-9f5e-0d6f2a2f9c55",
    breachedAtMs: ago(20),
    firedAtMs: ago(18),
    firedValue: 0.71,
    worst: 0.58,
    worstAtMs: ago(9),
    endedAtMs: null,
  },
  trend: hour((m) => (m > 20 ? 1 : 0.63)),
};
