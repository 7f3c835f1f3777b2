import { describe, expect, test } from "vitest";
import type { SignalView } from "@/lib/evaluation/view";
import type { HealthView } from "@/lib/views/health/view";
import { asLastKnown, dataAgeMs, HIDDEN_POLL_INTERVAL_MS, type Received, staleReason } from "./freshness";
import { elapsedMs } from "./now";

const threshold = {
  value: 0.99,
  inclusive: false,
  forSeconds: 120,
  recoverForSeconds: 300,
  enabled: true,
  version: 0,
  source: "default" as const,
};
const judged = {
  reading: { kind: "value", value: 1, sampledAtMs: 980_000 },
  condition: "ok",
  conditionSinceMs: null,
  status: "ok",
  threshold,
  trend: [],
} as const;
const signal: SignalView = {
  ...judged,
  trend: [],
  id: "availability",
  label: "Availability",
  title: "Availability",
  unit: "share",
  worse: "lower",
  lines: [{ ...judged, trend: [], id: "availability", label: "Availability" }],
};
const view: HealthView = {
  tenant: { id: "photos", name: "Photo Library" },
  asOfMs: 985_000,
  asOf: "1970-01-01T00:16:25.000Z",
  overall: { state: "healthy", headline: "Healthy", sentence: "All signals are inside your thresholds." },
  runtime: { versions: null, replicas: null, rollingOut: null, lastDeployment: null, lastKnown: null },
  signals: [signal],
  alerting: { trustworthy: true, degradedSinceMs: null, links: [] },
};
const received = (change: Partial<Received> = {}): Received => ({
  view,
  ageAtReceiptMs: 15_000,
  receivedAt: { wallMs: 1_000_000, monotonicMs: 5_000 },
  ...change,
});
const later = (wallMs: number, monotonicMs = wallMs) => ({
  wallMs: 1_000_000 + wallMs,
  monotonicMs: 5_000 + monotonicMs,
});

describe("the age of what is shown", () => {
  test("is the server's own before the browser's clock is known", () => {
    expect(dataAgeMs(received(), null)).toBe(15_000);
  });

  test("grows although a reader's clock is set back, and over a sleep that stops the other clock", () => {
    expect(elapsedMs(later(0), later(-3_600_000, 20_000))).toBe(20_000);
    expect(elapsedMs(later(0), later(7_200_000, 1_000))).toBe(7_200_000);
    expect(dataAgeMs(received(), later(7_200_000, 1_000))).toBe(7_215_000);
  });

  test("is never negative, whatever the server's clock says", () => {
    expect(dataAgeMs(received({ ageAtReceiptMs: -40_000 }), later(1_000))).toBe(1_000);
  });
});

describe("staleReason", () => {
  test("lets two missed polls pass and no more than three intervals", () => {
    expect(staleReason(received(), later(44_000), null)).toBeNull();
    expect(staleReason(received(), later(46_000), null)).toBe("No answer from Watchpost since then.");
  });

  test("is the reason of the last poll, as soon as there is one", () => {
    expect(staleReason(received(), later(1_000), "Watchpost can't be reached from here.")).toBe(
      "Watchpost can't be reached from here.",
    );
  });

  test("lets two missed polls of a hidden tab pass, and no more than three of its intervals", () => {
    const hidden = (goneMs: number, ageAtReceiptMs = 15_000) =>
      staleReason(received({ ageAtReceiptMs }), later(goneMs), null, HIDDEN_POLL_INTERVAL_MS);
    expect(hidden(170_000)).toBeNull();
    expect(hidden(190_000)).toBe("No answer from Watchpost since then.");
    expect(hidden(1_000, 600_000)).toBe("The answer that arrived is an old one.");
  });

  test("sees through an answer that has just arrived and is old", () => {
    expect(staleReason(received({ ageAtReceiptMs: 600_000 }), later(0), null)).toBe(
      "The answer that arrived is an old one.",
    );
  });
});

describe("asLastKnown", () => {
  test("leaves no state standing, and every value", () => {
    const last = asLastKnown(view, "No answer from Watchpost since then.");
    expect(last.overall.state).toBe("unknown");
    expect(last.overall.sentence).toBe("No answer from Watchpost since then. Last known: healthy.");
    expect(last.signals.map(({ status }) => status)).toEqual(["unknown"]);
    expect(last.signals.flatMap(({ lines }) => lines.map(({ status }) => status))).toEqual(["unknown"]);
    expect(last.signals[0]?.reading).toEqual(signal.reading);
    expect(last.alerting.trustworthy).toBe(false);
    expect(last.forecasts).toBeUndefined();
  });
});
