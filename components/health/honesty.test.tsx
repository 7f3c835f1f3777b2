import fc from "fast-check";
import { expect, test } from "vitest";
import { PollError } from "@/components/ui/get-json";
import { SIGNAL_IDS } from "@/lib/catalogue/bundle";
import { byWeight, statusOf } from "@/lib/evaluation/status";
import { CONDITIONS, type LineView, type Reading, type SignalView } from "@/lib/evaluation/view";
import { overallOf } from "@/lib/views/health/overall";
import { packHealth } from "@/lib/views/health/pack";
import type { HealthView } from "@/lib/views/health/view";
import { all, attribute, one, rendered, words } from "@/testing/markup";
import { greenIn } from "@/testing/status-icons";
import { attributionView } from "@/testing/views/attribution";
import { alertingView, healthView, lineView, NOW_MS, signalView } from "@/testing/views/health";
import { noticesView } from "@/testing/views/notices";
import { LiveHealth } from "./live-health";
import { LiveSignal } from "./live-signal";

const figure = fc.double({ min: 0, max: 1, noNaN: true });
const last = fc.option(fc.record({ value: figure, sampledAtMs: fc.constant(NOW_MS - 1_200_000) }));
const reading: fc.Arbitrary<Reading> = fc.oneof(
  fc.record({ kind: fc.constant("value" as const), value: figure, sampledAtMs: fc.constant(NOW_MS - 5_000) }),
  fc.record({
    kind: fc.constant("no-traffic" as const),
    requests: fc.nat(19),
    minimum: fc.constant(20),
    sampledAtMs: fc.constant(NOW_MS - 5_000),
  }),
  fc.record({ kind: fc.constant("no-data" as const), last }),
  fc.record({
    kind: fc.constant("unknown" as const),
    reason: fc.constant({ code: "timeout", message: "The metrics store did not answer in time." }),
    last,
  }),
);

/** A line as the portal makes it: the status follows from the reading, the condition, and whether it is watched. */
const judged = fc
  .record({
    reading,
    condition: fc.option(fc.constantFrom(...CONDITIONS)),
    conditionSinceMs: fc.option(fc.constant(NOW_MS - 60_000)),
    enabled: fc.boolean(),
  })
  .map(
    ({ enabled, ...line }): Partial<LineView> => ({
      ...line,
      threshold: { ...lineView().threshold, enabled },
      status: enabled ? statusOf(line.reading, line.condition) : "off",
      trend: [],
    }),
  );

const signal = (id: (typeof SIGNAL_IDS)[number]): fc.Arbitrary<SignalView> =>
  fc.array(judged, { minLength: 3, maxLength: 3 }).map((changes) => {
    const plain = signalView(id);
    const lines = plain.lines
      .map((line, index): LineView => ({ ...line, ...changes[index] }))
      .sort((a, b) => byWeight(a.status, b.status));
    const [{ reading, condition, conditionSinceMs, status, threshold, trend } = plain] = lines;
    return { ...plain, reading, condition, conditionSinceMs, status, threshold, trend, lines };
  });

const view: fc.Arbitrary<HealthView> = fc
  .record({
    signals: fc.tuple(...SIGNAL_IDS.map(signal)),
    kept: fc.subarray([...SIGNAL_IDS]),
    links: fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }),
  })
  .map(({ signals: every, kept, links }) => {
    const signals = every.filter(({ id }) => kept.includes(id));
    const alerting = alertingView({
      trustworthy: links.every((ok) => ok),
      links: alertingView().links.map((link, index) => ({ ...link, ok: links[index] ?? true })),
    });
    return healthView({ signals, overall: overallOf(signals), alerting });
  });

/** Ways of no longer being the present. */
type Staleness = "fresh" | "old" | "failed";
const staleness = fc.constantFrom<Staleness[]>("fresh", "old", "failed");

function around(health: HealthView, how: Staleness) {
  const answer = { view: health, ageAtReceiptMs: 0, receivedAt: { wallMs: 0, monotonicMs: 0 } };
  const failure = new PollError("failed", "Watchpost can't be reached from here.");
  return {
    renderedAtMs: how === "old" ? NOW_MS + 120_000 : NOW_MS,
    context: how === "failed" ? { asked: [{ key: ["photos", "health"], answer, failure }] } : {},
  };
}

test("whatever was measured, nothing is green that isn't both fresh and ok (property)", () => {
  fc.assert(
    fc.property(view, staleness, (health, how) => {
      const { renderedAtMs, context } = around(health, how);
      const root = rendered(
        <LiveHealth
          initial={packHealth(health)}
          renderedAtMs={renderedAtMs}
          capabilityUrl={null}
          silence={null}
          attribution={attributionView()}
          notices={noticesView()}
        />,
        context,
      );
      if (how !== "fresh") {
        expect(greenIn(root)).toEqual([]);
        return;
      }
      for (const { id, status, lines } of health.signals) {
        const card = one(root, `[data-signal=${id}]`);
        const fine = status === "ok" && lines[0]?.reading.kind === "value";
        expect(greenIn(one(card, "span[data-status]")).length > 0, id).toBe(fine);
        if (lines.every((line) => line.status !== "ok")) expect(greenIn(card), id).toEqual([]);
      }
      const lines = health.signals.flatMap((each) => each.lines);
      const watched = lines.filter((line) => line.status !== "off");
      const vouched = health.signals.some(
        (each) => each.id === "availability" && each.status === "ok" && each.reading.kind === "value",
      );
      const fine = vouched && watched.every(({ status }) => status === "ok" || status === "no-traffic");
      expect(greenIn(one(root, `[data-overall=${health.overall.state}]`)).length > 0).toBe(fine);
      const strip = one(root, "section[aria-label=Alerting]");
      expect(words(strip).includes("All five alerting steps work.")).toBe(health.alerting.trustworthy);
      const working = health.alerting.links.filter(({ ok }) => ok).length;
      // Each working link is a check in green; where all of them work, there is one check for all.
      expect(greenIn(strip)).toHaveLength((health.alerting.trustworthy ? 1 : working) * 2);
    }),
    { numRuns: 40 },
  );
});

test("a signal's own page is as honest as its card (property)", () => {
  fc.assert(
    fc.property(signal("saturation"), staleness, (saturation, how) => {
      const health = healthView({ signals: [saturation] });
      const { renderedAtMs, context } = around(health, how);
      const root = rendered(
        <LiveSignal initial={packHealth(health)} renderedAtMs={renderedAtMs} signalId="saturation" />,
        context,
      );
      if (how !== "fresh") {
        expect(greenIn(root)).toEqual([]);
        return;
      }
      const rows = all(one(root, "tbody"), "tr");
      const green = rows.map((row) => greenIn(row).length > 0);
      expect(green).toEqual(saturation.lines.map(({ status }) => status === "ok"));
      expect(attribute(one(root, "section"), "data-status")).toBe(saturation.status);
    }),
    { numRuns: 40 },
  );
});
