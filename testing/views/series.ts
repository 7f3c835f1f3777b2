import type { SeriesView } from "@/lib/views/series/view";
import { EVENTS } from "./events";
import { MINUTE_MS, NOW_MS } from "./health";

const HOUR_MS = 60 * MINUTE_MS;
const STEP_SECONDS = 300;
const LIMIT = { value: 1, inclusive: false, forSeconds: 300, recoverForSeconds: 300 };

/** A signal's last hours, with a gap in the middle. */
export function seriesView(change: Partial<SeriesView> = {}): SeriesView {
  const fromMs = NOW_MS - 2 * HOUR_MS;
  const points = Array.from({ length: 25 }, (_, index): [number, number | null] => [
    fromMs + index * STEP_SECONDS * 1000,
    index === 12 ? null : 0.2 + index / 100,
  ]);
  return {
    signal: "latency",
    unit: "seconds",
    worse: "higher",
    range: "6h",
    fromMs,
    toMs: NOW_MS,
    stepSeconds: STEP_SECONDS,
    lines: [
      { id: "p50", label: "p50", threshold: null, points: points.map(([atMs]) => [atMs, 0.1]) },
      { id: "p95", label: "p95", threshold: LIMIT, points },
    ],
    events: [EVENTS.deployment],
    bars: null,
    failed: [],
    ...change,
  };
}

type Bars = NonNullable<SeriesView["bars"]>;

/** Three hours of availability: whole, down for six minutes, unknown. */
export function barsView(change: Partial<Bars> = {}): Bars {
  const bar = (hoursAgo: number, share: number | null, knownShare: number) => ({
    fromMs: NOW_MS - hoursAgo * HOUR_MS,
    toMs: NOW_MS - (hoursAgo - 1) * HOUR_MS,
    share,
    knownShare,
  });
  return {
    intervalSeconds: 3_600,
    bars: [bar(3, 1, 1), bar(2, 0.9, 1), bar(1, null, 0)],
    share: 0.95,
    knownShare: 2 / 3,
    downtime: [
      { yours: 0, platform: 0, unknown: 0 },
      { yours: 0, platform: 240, unknown: 120 },
      { yours: 0, platform: 0, unknown: 0 },
    ],
    ...change,
  };
}

/** The series of availability, with its bars. */
export function availabilityView(change: Partial<SeriesView> = {}): SeriesView {
  const threshold = { ...LIMIT, value: 0.99 };
  const points = seriesView().lines[0]?.points.map(([atMs]): [number, number] => [atMs, 1]) ?? [];
  return seriesView({
    signal: "availability",
    unit: "share",
    worse: "lower",
    range: "24h",
    lines: [{ id: "availability", label: "Availability", threshold, points }],
    bars: barsView(),
    ...change,
  });
}
