import type { MailContent, MailLine } from "@/lib/episodes/mail-content";

/** A Saturday in November, 14:07 in Berlin. */
export const EXAMPLE_AT_MS = Date.UTC(2026, 10, 21, 13, 7);
const MINUTE = 60_000;
const ago = (minutes: number) => EXAMPLE_AT_MS - minutes * MINUTE;

/** The hour before, a point a minute; `at` says the value so many minutes before the end. */
export function hour(
  at: (minutesBefore: number) => number | null,
  untilMs = EXAMPLE_AT_MS,
): MailLine["trend"] {
  return Array.from({ length: 61 }, (_, index) => [untilMs - (60 - index) * MINUTE, at(60 - index)]);
}

/** A wobble that is the same each time. */
const wobble = (minutes: number, size: number) => Math.sin(minutes * 1.7) * Math.cos(minutes * 0.6) * size;

const portal = "https://watchpost.example";

export const errorRate: MailLine = {
  signal: "error-rate",
  signalTitle: "Error rate",
  line: "error-rate",
  lineLabel: "Requests that failed",
  unit: "share",
  worse: "higher",
  threshold: { value: 0.05, inclusive: false, forSeconds: 300, recoverForSeconds: 300 },
  value: 0.084,
  missingSinceMs: null,
  episode: {
    id: "4a1f8f0e-3f51-4a0c-9f5e-0d6f2a2f9c11",
    breachedAtMs: ago(5),
    firedAtMs: ago(0),
    firedValue: 0.084,
    worst: 0.084,
    worstAtMs: ago(0),
    endedAtMs: null,
  },
  trend: hour((m) =>
    m > 20 ? 0.012 + wobble(m, 0.003) : 0.012 + ((20 - m) / 20) ** 1.3 * 0.072 + wobble(m, 0.002),
  ),
  url: `${portal}/signals/error-rate`,
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
  episode: {
    id: "a2b6b2f4-6a86-4b7e-9a90-2f9a1d0b7c22",
    breachedAtMs: ago(6),
    firedAtMs: ago(1),
    firedValue: 2.41,
    worst: 2.6,
    worstAtMs: ago(2),
    endedAtMs: null,
  },
  trend: hour((m) => (m > 9 ? 0.212 + wobble(m, 0.03) : 2.4 - (m > 6 ? (m - 6) * 0.6 : 0) + wobble(m, 0.15))),
  url: `${portal}/signals/latency`,
};

export const availability: MailLine = {
  signal: "availability",
  signalTitle: "Availability",
  line: "availability",
  lineLabel: "Probes that succeeded",
  unit: "share",
  worse: "lower",
  threshold: { value: 0.99, inclusive: false, forSeconds: 120, recoverForSeconds: 300 },
  value: null,
  missingSinceMs: ago(14),
  episode: null,
  trend: hour((m) => (m < 14 ? null : m > 32 && m < 35 ? 0.994 : 1)),
  url: `${portal}/signals/availability`,
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
  episode: {
    id: "c0ffee00-1f51-4a0c-9f5e-0d6f2a2f9c33",
    breachedAtMs: ago(252),
    firedAtMs: ago(242),
    firedValue: 0.912,
    worst: 0.961,
    worstAtMs: ago(75),
    endedAtMs: null,
  },
  trend: hour((m) => 0.934 + wobble(m, 0.012)),
  url: `${portal}/signals/saturation`,
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
  episode: {
    id: "d00dfeed-1f51-4a0c-9f5e-0d6f2a2f9c44",
    breachedAtMs: ago(3),
    firedAtMs: ago(3),
    firedValue: 3,
    worst: 4,
    worstAtMs: ago(0),
    endedAtMs: null,
  },
  trend: hour((m) => (m > 16 ? 0 : m > 9 ? 1 : m > 5 ? 2 : m > 2 ? 3 : 4)),
  url: `${portal}/signals/restarts`,
};

/** The error rate after its repair: 14 minutes of alert, then the recovery hold. */
export const recoveredErrorRate: MailLine = {
  ...errorRate,
  value: 0.003,
  episode: {
    id: "4a1f8f0e-3f51-4a0c-9f5e-0d6f2a2f9c11",
    breachedAtMs: ago(19),
    firedAtMs: ago(14),
    firedValue: 0.084,
    worst: 0.123,
    worstAtMs: ago(10),
    endedAtMs: ago(0),
  },
  trend: hour((m) =>
    m > 32
      ? 0.012 + wobble(m, 0.003)
      : m > 10
        ? 0.012 + ((32 - m) / 22) * 0.111
        : m > 5
          ? 0.003 + ((m - 5) / 5) * 0.12
          : 0.003 + wobble(m, 0.001),
  ),
};

const frame = {
  atMs: EXAMPLE_AT_MS,
  capability: { id: "photos", name: "Photo Library" },
  timeZone: "Europe/Berlin",
  thread: {
    id: "4a1f8f0e-3f51-4a0c-9f5e-0d6f2a2f9c11",
    signalTitle: "Error rate",
    lineLabel: "Requests that failed",
    openedAtMs: EXAMPLE_AT_MS,
  },
  alsoFiring: [],
  deployments: [{ atMs: ago(24), version: "photos 1.4.2" }],
  links: {
    health: `${portal}/`,
    thresholds: `${portal}/thresholds`,
    alerts: `${portal}/alerts`,
    episode: `${portal}/alerts/4a1f8f0e-3f51-4a0c-9f5e-0d6f2a2f9c11`,
    capability: "https://photos.example/",
    modify: "https://github.com/example/infra/issues/new?template=modify-my-capability.yml",
  },
} satisfies Partial<MailContent>;

const opened = (minutes: number, line: MailLine) => ({
  id: line.episode?.id ?? "no-data",
  signalTitle: line.signalTitle,
  lineLabel: line.lineLabel,
  openedAtMs: ago(minutes),
});

/** One mail of each kind, and the variants that look different. The key is the name of its files. */
export const EXAMPLES: Record<string, MailContent> = {
  firing: {
    ...frame,
    kind: "firing",
    reason: "The error rate went over your threshold.",
    lines: [errorRate],
    restarts: [],
    edits: [],
  },
  "firing-several": {
    ...frame,
    kind: "firing",
    reason: "Three signals went over your thresholds within half a minute.",
    lines: [errorRate, latency, restarts],
    restarts: [9, 6, 3].map((minutes) => ({
      kind: "restart",
      atMs: ago(minutes),
      pod: "photos-6d5f7c",
      container: "photos",
      reason: "OOMKilled",
      exitCode: 137,
    })),
    edits: [
      {
        atMs: ago(41),
        by: "owner@photos.example",
        signalTitle: "Latency",
        lineLabel: "p95",
        unit: "seconds",
        worse: "higher",
        from: null,
        to: { enabled: true, value: 1.5, inclusive: false, forSeconds: 600, recoverForSeconds: 300 },
      },
    ],
    verdict: {
      side: "yours",
      sentence: "It began 15 minutes after your own deployment, and nobody else suffers.",
      evidence: [
        "photos 1.4.2 was deployed at 13:43 CET.",
        "Its containers ran out of memory three times since.",
        "The platform's components that you depend on are healthy, and so is the canary.",
      ],
    },
  },
  joined: {
    ...frame,
    kind: "joined",
    reason: "Another signal went over its threshold while the error rate is an alert.",
    thread: opened(20, errorRate),
    lines: [latency],
    alsoFiring: [
      { ...errorRate, episode: errorRate.episode && { ...errorRate.episode, firedAtMs: ago(20) } },
    ],
  },
  reminder: {
    ...frame,
    kind: "reminder",
    reason: "This alert has lasted for four hours.",
    thread: opened(242, memory),
    lines: [memory],
    deployments: [],
    restarts: null,
    nextReminderAtMs: EXAMPLE_AT_MS + 12 * 60 * MINUTE,
  },
  recovered: {
    ...frame,
    kind: "recovered",
    reason: "The error rate has been inside your threshold for 5 minutes.",
    thread: opened(14, errorRate),
    lines: [recoveredErrorRate],
  },
  "fired-and-recovered": {
    ...frame,
    kind: "fired-and-recovered",
    reason: "The mail relay could not be reached while it lasted.",
    lines: [recoveredErrorRate],
  },
  flapping: {
    ...frame,
    kind: "flapping",
    reason: "Its sixth turn within an hour.",
    thread: opened(44, errorRate),
    lines: [
      {
        ...errorRate,
        value: 0.061,
        episode: errorRate.episode && {
          ...errorRate.episode,
          firedAtMs: ago(44),
          worst: 0.078,
          worstAtMs: ago(31),
        },
        trend: hour((m) => 0.047 + Math.sin(m / 3.1) * 0.028),
      },
    ],
  },
  "data-missing": {
    ...frame,
    kind: "data-missing",
    reason: "There has been no measurement of availability for 14 minutes.",
    thread: opened(0, availability),
    lines: [availability],
    links: { ...frame.links, episode: null },
  },
  "data-returned": {
    ...frame,
    kind: "recovered",
    reason: "Availability is measured again.",
    thread: opened(40, availability),
    lines: [
      { ...availability, value: 1, missingSinceMs: null, trend: hour((m) => (m < 38 && m > 5 ? null : 1)) },
    ],
  },
  expired: {
    ...frame,
    kind: "expired",
    reason: "There has been no data for 24 hours.",
    thread: opened(1_500, memory),
    lines: [
      {
        ...memory,
        value: null,
        missingSinceMs: ago(1_440),
        episode: memory.episode && {
          ...memory.episode,
          firedAtMs: ago(1_500),
          worstAtMs: ago(1_460),
          endedAtMs: ago(0),
        },
        trend: hour(() => null),
      },
    ],
  },
  cancelled: {
    ...frame,
    kind: "cancelled",
    reason: "The signal was switched off on the thresholds page.",
    by: "owner@photos.example",
    thread: opened(242, memory),
    lines: [memory],
  },
  test: {
    ...frame,
    kind: "test",
    reason: "It was asked for on the alerts page.",
    by: "owner@photos.example",
    thread: null,
    lines: [],
    deployments: null,
    links: { ...frame.links, episode: null },
  },
};
