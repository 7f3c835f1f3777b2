import { expect, test } from "vitest";
import { notServing } from "./not-serving";
import { type HealthView, healthViewSchema } from "./view";

const line = {
  id: "p95",
  label: "p95",
  reading: { kind: "no-data", last: null } as const,
  condition: "firing" as const,
  conditionSinceMs: 1,
  status: "firing" as const,
  threshold: {
    value: 1,
    inclusive: false,
    forSeconds: 300,
    recoverForSeconds: 300,
    enabled: true,
    version: 0,
    source: "default" as const,
  },
  trend: [],
};
const view: HealthView = {
  tenant: { id: "photos", name: "Photo Library" },
  asOfMs: 0,
  asOf: "1970-01-01T00:00:00.000Z",
  overall: { state: "trouble", headline: "Failing: latency", sentence: "Breaching your thresholds." },
  runtime: { versions: null, replicas: null, rollingOut: null, lastDeployment: null, lastKnown: null },
  signals: [{ ...line, id: "latency", title: "Latency", unit: "seconds", worse: "higher", lines: [line] }],
  alerting: { trustworthy: true, degradedSinceMs: null, links: [] },
};
const SINCE_MS = Date.parse("2026-12-23T23:00:00Z");

test("what doesn't serve by agreement is neither failing nor healthy, and says since when in the tenant's zone and in UTC", () => {
  const shown = notServing(view, SINCE_MS, "Europe/Berlin");
  expect(shown.overall).toEqual({
    state: "not-serving",
    headline: "Not serving",
    sentence:
      "Not serving since Thursday 24 December 2026, 00:00:00 CET (Wednesday 23 December 2026, 23:00:00 UTC), by agreement. Nothing is judged, and no alert is sent.",
  });
  const all = [...shown.signals, ...shown.signals.flatMap(({ lines }) => lines)];
  expect(all.map(({ status, condition }) => [status, condition])).toEqual(all.map(() => ["off", null]));
  expect(healthViewSchema.safeParse(shown).success).toBe(true);
});

test("a tenant in UTC reads its date once", () => {
  expect(notServing(view, SINCE_MS, "UTC").overall.sentence).toContain("23:00:00 UTC, by agreement");
});
