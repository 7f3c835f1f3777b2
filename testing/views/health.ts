import type { Alerting } from "@/lib/alerting-chain/view";
import type { SignalId } from "@/lib/catalogue/bundle";
import type { Breakdown } from "@/lib/evaluation/breakdown";
import type { LineView, Reading, SignalView, Status } from "@/lib/evaluation/view";
import { overallOf } from "@/lib/views/health/overall";
import { shortfallOf } from "@/lib/views/health/shortfall";
import type { HealthView } from "@/lib/views/health/view";

/** The instant that all views here are of: Saturday 21 November 2026, 13:02:15 UTC. */
export const NOW_MS = Date.UTC(2026, 10, 21, 13, 2, 15);
export const MINUTE_MS = 60_000;

/** A line that is OK; `change` makes it something else. */
export function lineView(change: Partial<LineView> = {}): LineView {
  return {
    id: "p95",
    label: "p95",
    reading: { kind: "value", value: 0.212, sampledAtMs: NOW_MS - 5_000 },
    condition: "ok",
    conditionSinceMs: null,
    status: "ok",
    threshold: {
      value: 1,
      inclusive: false,
      forSeconds: 300,
      recoverForSeconds: 300,
      enabled: true,
      version: 0,
      source: "default",
    },
    trend: Array.from({ length: 60 }, (_, minute) => [NOW_MS - (60 - minute) * MINUTE_MS, 0.2]),
    ...change,
  };
}

const LAST = { value: 0.4, sampledAtMs: NOW_MS - 20 * MINUTE_MS };
const UNKNOWN: Reading = {
  kind: "unknown",
  reason: { code: "timeout", message: "The metrics store did not answer in time." },
  last: LAST,
};

/** What makes a line stand in each status. */
export const IN_STATUS: Record<Status, Partial<LineView>> = {
  ok: {},
  pending: { condition: "pending", conditionSinceMs: NOW_MS - 2 * MINUTE_MS },
  firing: { condition: "firing", conditionSinceMs: NOW_MS - 14 * MINUTE_MS },
  recovering: { condition: "recovering", conditionSinceMs: NOW_MS - 3 * MINUTE_MS },
  "no-traffic": { reading: { kind: "no-traffic", requests: 4, minimum: 20, sampledAtMs: NOW_MS - 5_000 } },
  "no-data": { reading: { kind: "no-data", last: LAST } },
  unknown: { reading: UNKNOWN },
  "no-limit": { condition: null, reading: { kind: "no-limit", containers: 2 } },
  "scaled-to-zero": {
    condition: null,
    reading: { kind: "scaled-to-zero", sinceMs: NOW_MS - 20 * MINUTE_MS, orEarlier: false },
  },
  off: { condition: null, threshold: { ...lineView().threshold, enabled: false } },
};

type Shown = Pick<SignalView, "title" | "unit" | "worse"> & { lines: string[]; value: number; limit: number };
const SIGNALS: Record<SignalId, Shown> = {
  availability: {
    title: "Availability",
    unit: "share",
    worse: "lower",
    lines: ["Availability"],
    value: 1,
    limit: 0.99,
  },
  latency: { title: "Latency", unit: "seconds", worse: "higher", lines: ["p95"], value: 0.212, limit: 1 },
  "error-rate": {
    title: "Error rate",
    unit: "share",
    worse: "higher",
    lines: ["Error rate"],
    value: 0.001,
    limit: 0.05,
  },
  saturation: {
    title: "Saturation",
    unit: "share",
    worse: "higher",
    lines: ["CPU", "Memory", "Storage"],
    value: 0.71,
    limit: 0.9,
  },
  restarts: { title: "Restarts", unit: "count", worse: "higher", lines: ["Restarts"], value: 0, limit: 3 },
};

/** A signal whose first line stands in a status, and whose other lines are OK. */
export function signalView(id: SignalId, status: Status = "ok", change: Partial<LineView> = {}): SignalView {
  const { title, unit, worse, lines: labels, value, limit } = SIGNALS[id];
  const lines = labels.map((label, index) => {
    const own = {
      id: label.toLowerCase().replace(" ", "-"),
      label,
      reading: { kind: "value", value, sampledAtMs: NOW_MS - 5_000 } as const,
      threshold: { ...lineView().threshold, value: limit },
    };
    return lineView(index === 0 ? { ...own, status, ...IN_STATUS[status], ...change } : own);
  });
  const [worst = lineView()] = lines;
  return { ...worst, id, title, unit, worse, lines };
}

/** A chain whose links all work. */
export function alertingView(change: Partial<Alerting> = {}): Alerting {
  const ids = ["metrics", "evaluator", "queue", "relay", "address"] as const;
  return {
    trustworthy: true,
    degradedSinceMs: null,
    links: ids.map((id) => ({ id, ok: true, atMs: NOW_MS - 12_000, reason: null })),
    ...change,
  };
}

/** A chain with a broken link. */
export function degradedView(
  broken: Alerting["links"][number]["id"] = "relay",
  reason: string | null = "The relay has not answered for 10 min.",
): Alerting {
  const { links } = alertingView();
  return alertingView({
    trustworthy: false,
    degradedSinceMs: NOW_MS - 10 * MINUTE_MS,
    links: links.map((link) => (link.id === broken ? { ...link, ok: false, reason } : link)),
  });
}

/** The chain of an installation whose worker has never run. */
export function alertingOffView(): Alerting {
  return alertingView({
    trustworthy: false,
    links: alertingView().links.map((link) =>
      link.id === "metrics" ? link : { ...link, ok: false, atMs: null, reason: "No worker has run yet." },
    ),
  });
}

/** A healthy capability; with other signals, the verdict that follows from them. */
export function healthView(change: Partial<HealthView> = {}): HealthView {
  const ids = ["availability", "latency", "error-rate", "saturation", "restarts"] as const;
  const signals = change.signals ?? ids.map((id) => signalView(id));
  return {
    tenant: { id: "photos", name: "Photo Library" },
    asOfMs: NOW_MS,
    asOf: new Date(NOW_MS).toISOString(),
    overall: overallOf(signals, {
      shortfall: change.runtime ? shortfallOf(change.runtime, change.runtime.lastKnown === null) : null,
    }),
    runtime: {
      versions: ["1.4.2"],
      replicas: { ready: 2, wanted: 2, updated: 2 },
      rollingOut: false,
      lastDeployment: { version: "1.4.2", atMs: NOW_MS - 3 * 60 * MINUTE_MS },
      lastKnown: null,
    },
    signals,
    alerting: alertingView(),
    ...change,
  };
}

/** A line's parts, of which the first breaches 90 %; `change` makes it something else. */
export function breakdownView(
  parts: readonly Partial<Breakdown["parts"][number]>[],
  change: Partial<Breakdown> = {},
): Breakdown {
  const part = { name: ["photos-0", "db"], words: "container db of pod photos-0", value: 0.93, isBad: true };
  return {
    label: "containers",
    adds: false,
    parts: parts.map((each, nth) => ({ ...part, name: [`photos-${nth}`, "db"], share: null, ...each })),
    counts: { all: parts.length, bad: 1 },
    ...change,
  };
}
