import { visibleText } from "@/lib/infra/hidden-characters";
import type { Sample, Series } from "@/lib/prometheus/answer";
import type { CapabilityEvent } from "./event";

/** A list or a chart shows no more than this; the newest are kept. */
const MAX_EVENTS = 200;
/** A roll-out of several parts in one version is one deployment when they were created this close together. */
const ONE_ROLLOUT_MS = 5 * 60_000;

type Deployment = Extract<CapabilityEvent, { kind: "deployment" }>;
type Restart = Extract<CapabilityEvent, { kind: "restart" }>;

/** A stretch of time: after `fromMs`, up to and including `toMs`. */
export type Period = { fromMs: number; toMs: number };

/** A label's value as one line in which everything is seen: its exposer may write anything. */
const seen = (value: string | undefined): string => visibleText(value ?? "");

/**
 * Deployments, oldest first, from samples whose value is the time of creation in seconds.
 * A sample without a version gets its object's name, which is what is known of it.
 */
export function deploymentsOf(samples: readonly Sample[]): Deployment[] {
  const all = samples
    .filter(({ value }) => isTime(value))
    .map(
      ({ labels, value }): Deployment => ({
        kind: "deployment",
        atMs: value * 1000,
        version:
          [labels.version, labels.replicaset, labels.statefulset, labels.daemonset]
            .map(seen)
            .find((name) => name !== "") ?? "unnamed",
      }),
    )
    .sort((a, b) => a.atMs - b.atMs);
  const newest = new Map<string, number>();
  return all.filter(({ version, atMs }) => {
    const before = newest.get(version);
    newest.set(version, atMs);
    return before === undefined || atMs - before > ONE_ROLLOUT_MS;
  });
}

/**
 * Restarts, oldest first, from series whose values are the time of the last termination in seconds: each distinct value is one.
 * The exit code is the one that the same container showed at the same instant; null where there was none.
 */
export function restartsOf(series: readonly Series[], exitCodes: readonly Series[]): Restart[] {
  const codes = new Map<string, number>();
  for (const { labels, points } of exitCodes)
    for (const [atMs, code] of points) codes.set(`${containerOf(labels)} ${atMs}`, code);
  const restarts = new Map<string, Restart>();
  for (const { labels, points } of series)
    for (const [seenAtMs, seconds] of points) {
      if (!isTime(seconds)) continue;
      const code = codes.get(`${containerOf(labels)} ${seenAtMs}`);
      // A later look at the same termination wins: reason and exit code may be exposed a scrape after the time.
      restarts.set(`${containerOf(labels)} ${seconds}`, {
        kind: "restart",
        atMs: seconds * 1000,
        pod: seen(labels.pod),
        container: seen(labels.container),
        reason: seen(labels.reason) || "Unknown",
        exitCode: code !== undefined && Number.isInteger(code) ? code : null,
      });
    }
  return [...restarts.values()].sort((a, b) => a.atMs - b.atMs);
}

/** The events of a period, oldest first, the newest `MAX_EVENTS` of them. */
export function eventsIn(period: Period, events: readonly CapabilityEvent[]): CapabilityEvent[] {
  return events
    .filter(({ atMs }) => atMs > period.fromMs && atMs <= period.toMs)
    .sort((a, b) => a.atMs - b.atMs)
    .slice(-MAX_EVENTS);
}

function containerOf(labels: Record<string, string>): string {
  return JSON.stringify([labels.namespace, labels.pod, labels.container]);
}

/** kube-state-metrics exposes 0 where there is no time. */
function isTime(seconds: number): boolean {
  return Number.isFinite(seconds) && seconds > 0;
}
