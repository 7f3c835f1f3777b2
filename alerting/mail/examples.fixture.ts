import type { MailFacts, MailLine } from "@/lib/alerts/mail-facts";
import {
  ago,
  availability,
  EXAMPLE_AT_MS,
  errorRate,
  failingAvailability,
  hour,
  latency,
  MINUTE,
  memory,
  PORTAL,
  recoveredErrorRate,
  restarts,
} from "./lines.fixture";

const frame = {
  atMs: EXAMPLE_AT_MS,
  capability: { id: "photos", name: "Photo Library" },
  timeZone: "Europe/Berlin",
  thread: {
    id: "4a1f8f0e-3f51-4a0c-9f5e-0d6f2a2f9c11",
    signalTitle: "Error rate",
    lineLabel: "Failed requests (5xx)",
    openedAtMs: EXAMPLE_AT_MS,
  },
  alsoFiring: [],
  deployments: [{ atMs: ago(24), version: "photos 1.4.2" }],
  links: {
    health: `${PORTAL}/`,
    thresholds: `${PORTAL}/thresholds`,
    alerts: `${PORTAL}/alerts`,
    alert: `${PORTAL}/alerts/4a1f8f0e-3f51-4a0c-9f5e-0d6f2a2f9c11`,
    capability: "https://photos.example/",
    modify: "https://github.com/example/infra/issues/new?template=modify-my-capability.yml",
  },
} satisfies Partial<MailFacts>;

const opened = (minutes: number, line: MailLine) => ({
  id: line.alert?.id ?? "no-data",
  signalTitle: line.signalTitle,
  lineLabel: line.lineLabel,
  openedAtMs: ago(minutes),
});

const recovering = ({ alert }: MailLine) => alert && { ...alert, recovering: true };

/** One mail of each kind, and the variants that look different. The key is the name of its files. */
export const EXAMPLES: Record<string, MailFacts> = {
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
  "firing-held": {
    ...frame,
    kind: "firing",
    reason: "It fired while an incident of the platform ran, which held its mail back, and it still stands.",
    thread: opened(47, errorRate),
    lines: [
      {
        ...errorRate,
        alert: errorRate.alert && {
          ...errorRate.alert,
          breachedAtMs: ago(52),
          firedAtMs: ago(47),
          firedValue: 0.091,
          worst: 0.102,
          worstAtMs: ago(31),
        },
        trend: hour((m) => (m > 52 ? 0.012 : 0.087 + Math.sin(m / 3.1) * 0.012)),
      },
    ],
    deployments: [],
    restarts: [],
    edits: [],
    verdict: {
      side: "platform",
      sentence: "What is known points to the platform.",
      evidence: ["Ingress, which every capability depends on, was failing at onset; has recovered."],
    },
    held: { sinceMs: ago(47), components: ["Ingress"], overSinceMs: ago(10), why: "outlasted" },
  },
  joined: {
    ...frame,
    kind: "joined",
    reason: "Another signal went over its threshold while the error rate is an alert.",
    thread: opened(20, errorRate),
    lines: [latency],
    alsoFiring: [
      {
        ...errorRate,
        alert: errorRate.alert && { ...errorRate.alert, breachedAtMs: ago(25), firedAtMs: ago(20) },
      },
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
    reason: "The error rate has been within your threshold for 5 minutes.",
    thread: opened(14, errorRate),
    lines: [recoveredErrorRate],
  },
  "partly-recovered": {
    ...frame,
    kind: "recovered",
    reason: "The error rate has been within your threshold for 5 minutes.",
    thread: opened(20, errorRate),
    lines: [recoveredErrorRate],
    alsoFiring: [failingAvailability, { ...latency, value: 0.3, alert: recovering(latency) }],
  },
  "last-recovering": {
    ...frame,
    kind: "recovered",
    reason: "The error rate has been within your threshold for 5 minutes.",
    thread: opened(20, errorRate),
    lines: [recoveredErrorRate],
    alsoFiring: [{ ...failingAvailability, value: 1, alert: recovering(failingAvailability) }],
  },
  "fired-and-recovered": {
    ...frame,
    kind: "fired-and-recovered",
    reason: "The mail relay could not be reached while it lasted.",
    thread: opened(14, errorRate),
    lines: [recoveredErrorRate],
  },
  "fired-and-recovered-held": {
    ...frame,
    kind: "fired-and-recovered",
    reason: "It was over while its first mail was held back, because an incident of the platform ran.",
    thread: opened(14, errorRate),
    lines: [recoveredErrorRate],
    held: { sinceMs: ago(14), components: ["Ingress", "Storage"], overSinceMs: null, why: "alert-over" },
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
        alert: errorRate.alert && {
          ...errorRate.alert,
          breachedAtMs: ago(49),
          firedAtMs: ago(44),
          worst: 0.078,
          worstAtMs: ago(31),
        },
        trend: hour((m) => 0.05 + Math.sin((m + 1.3) / 3.1) * 0.028),
      },
    ],
  },
  "data-missing": {
    ...frame,
    kind: "data-missing",
    reason: "There has been no measurement of availability for 14 minutes.",
    thread: opened(0, availability),
    lines: [availability],
    links: { ...frame.links, alert: null },
  },
  "part-missing": {
    ...frame,
    kind: "data-missing",
    reason:
      "A part that breached the threshold sends no data any more, so nobody can tell whether it still does.",
    thread: opened(242, memory),
    lines: [
      { ...memory, value: null, missingSinceMs: ago(4), missingParts: ["container db of pod photos-db-0"] },
    ],
  },
  "data-returned": {
    ...frame,
    links: { ...frame.links, alert: null },
    kind: "recovered",
    reason: "The data is back.",
    thread: opened(40, availability),
    lines: [
      { ...availability, value: 1, missingSinceMs: null, trend: hour((m) => (m < 38 && m > 5 ? null : 1)) },
    ],
  },
  "settled-firing": {
    ...frame,
    kind: "firing",
    reason: "It has been steady for 15 minutes, and still fires.",
    thread: opened(80, errorRate),
    lines: [
      {
        ...errorRate,
        value: 0.071,
        alert: errorRate.alert && {
          ...errorRate.alert,
          breachedAtMs: ago(21),
          firedAtMs: ago(16),
          worst: 0.072,
          worstAtMs: ago(8),
        },
        trend: hour((m) => (m > 20 ? 0.047 + Math.sin(m / 3.1) * 0.028 : 0.07 + Math.sin(m) * 0.002)),
      },
    ],
  },
  "data-returned-bad": {
    ...frame,
    links: { ...frame.links, alert: null },
    kind: "recovered",
    reason: "The data is back.",
    thread: opened(40, availability),
    lines: [
      {
        ...availability,
        value: 0.82,
        missingSinceMs: null,
        trend: hour((m) => (m < 38 && m > 5 ? null : m > 5 ? 1 : 0.82)),
      },
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
        alert: memory.alert && {
          ...memory.alert,
          breachedAtMs: ago(1_510),
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
    links: { ...frame.links, alert: null },
  },
};
