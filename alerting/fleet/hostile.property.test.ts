import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { parse } from "yaml";
import type { LineState } from "@/lib/alerts/judge";
import { judgeCycle, type PlanInput, planMails } from "@/lib/alerts/plan";
import { type Bundle, bundleSchema } from "@/lib/catalogue/bundle";
import { effectiveThresholds, type LineKey } from "@/lib/evaluation/effective";
import type { FleetAnswer } from "@/lib/prometheus/fleet";
import { readFleetVector } from "@/lib/prometheus/fleet-response";
import { anyText } from "@/testing/any-text";
import { askLines, judgedLines, readLine } from "./questions";

const FROM_MS = 1_767_225_600_000;
const INTERVAL_SECONDS = 30;
const EVIL = "evil";
const OTHERS = ["photos", "shop", "tickets"];

const bundle: Bundle = bundleSchema.parse(
  parse(readFileSync("lib/definitions/defaults/bundle.yaml", "utf8")),
);
for (const signal of Object.values(bundle.signals))
  for (const line of signal.lines) if (line.threshold) line.threshold.forSeconds = 30;
const lines = judgedLines(bundle);
const thresholds = effectiveThresholds(bundle, []);
const live = new Map([...OTHERS, EVIL].map((id) => [id, []]));

type Series = { metric: Record<string, unknown>; [sample: string]: unknown };
/** What one question is answered with. */
type Said = { series: Series[]; warnings: string[] };

/**
 * What one slot looks like to the others, for every line. Their data goes for all of them or for one: a guard counts heads, and
 * where just half of them vanish it goes by each head there is, as SECURITY.md says.
 */
const value = fc.constantFrom(0.001, 0.97, 40);
const othersInSlot: fc.Arbitrary<readonly (number | null)[]> = fc.oneof(
  { weight: 5, arbitrary: fc.tuple(value, value, fc.option(value, { nil: null })) },
  { weight: 1, arbitrary: fc.constant<null[]>([null, null, null]) },
);

const numberText = fc.oneof(
  fc.constantFrom(
    "NaN",
    "+Inf",
    "-Inf",
    "1e308",
    "-1e308",
    "5e-324",
    "-0",
    "0",
    "1",
    "",
    "fast",
    "0x10",
    "1,5",
  ),
  fc.double().map(String),
);
const label = fc.oneof(anyText({ maxLength: 12 }), fc.constantFrom("\0", "\ud800", "fast", "+Inf"));
const sample = fc.oneof(
  fc.record({
    value: fc.tuple(fc.constantFrom<unknown>(1, null, "1"), fc.oneof(numberText, fc.constant(1))),
  }),
  fc.constantFrom<object>(
    {},
    { value: [] },
    { value: null },
    { histogram: [1, { count: "1", sum: "NaN", buckets: [[0, "-1", "1", "1"]] }] },
    { value: [1, "1"], histogram: [1, {}] },
    { histograms: [[1, {}]] },
    { values: [[1, "1"]] },
  ),
);
const series: fc.Arbitrary<Series> = fc
  .record({ labels: fc.dictionary(fc.constantFrom("le", "pod", "__name__", "__proto__x"), label), sample })
  .map(({ labels, sample: said }) => ({ metric: { ...labels, tenant: EVIL }, ...said }));
const advice = fc.oneof(
  fc
    .string({ maxLength: 30 })
    .map((text) => `PromQL warning: bucket label "le" has a malformed value of "${text}"`),
  fc.string({ maxLength: 30 }).map((text) => `PromQL info: ${text}`),
  fc.nat(99).map((count) => `${count} more warning annotations omitted`),
);
const hostile: fc.Arbitrary<Said> = fc.record({
  series: fc.array(series, { maxLength: 8 }),
  warnings: fc.array(advice, { maxLength: 3 }),
});

/** The cycles that these answers lead to, as the others see them: readings, states, alerts and mails, in order. */
async function othersSee(
  slots: readonly (readonly (number | null)[])[],
  evilSays: (slot: number, question: number) => Said,
): Promise<string> {
  const states = new Map<LineKey, Map<string, LineState>>();
  let alerts: PlanInput["alerts"] = [];
  let ids = 0;
  const seen: unknown[] = [];
  for (const [slot, values] of slots.entries()) {
    const atMs = FROM_MS + slot * INTERVAL_SECONDS * 1000;
    let question = 0;
    const fleet = {
      clockMs: () => null,
      ask: async ({ promql }: { promql: string }): Promise<FleetAnswer> => {
        const isTime = promql.includes("timestamp(");
        const own = OTHERS.flatMap((tenant, nth): Series[] => {
          const value = isTime ? atMs / 1000 : values[nth];
          return values[nth] === null ? [] : [{ metric: { tenant }, value: [1, String(value)] }];
        });
        const { series: evil, warnings } = evilSays(slot, question++);
        const half = Math.floor(evil.length / 2);
        const result = [...evil.slice(0, half), ...own, ...evil.slice(half)];
        const body = JSON.stringify({ status: "success", data: { resultType: "vector", result }, warnings });
        const read = readFleetVector(body, "tenant");
        if (!read.ok) return { ok: false, failure: { code: read.code, message: "" }, detail: read.detail };
        return { ok: true, ...read.data };
      },
    };
    const signal = new AbortController().signal;
    const answers = await askLines(fleet, lines, { label: "tenant", atMs, signal });
    const read = lines.map((line) => {
      const answer = answers.get(line.lineKey);
      if (!answer) throw new Error("every line is asked for");
      return readLine(line, answer, live, states.get(line.lineKey), atMs);
    });
    const input: PlanInput = {
      atMs,
      intervalSeconds: INTERVAL_SECONDS,
      lines: lines.map(({ lineKey, signal: { worse }, signalId }, nth) => ({
        lineKey,
        worse,
        isMissingMailed: signalId === "availability",
        unknownUntilMs: null,
        badParts: new Map(),
        readings: read[nth]?.readings ?? null,
      })),
      live,
      evicted: new Set(),
      thresholdsOf: () => thresholds,
      states,
      alerts,
      threads: new Map(),
      newId: () => `id-${++ids}`,
    };
    const judged = judgeCycle(input);
    const { mails, alerts: after } = planMails(input, judged, () => ({ kind: "unknown" }));
    const isOthers = ({ tenantId }: { tenantId: string }) => tenantId !== EVIL;
    seen.push({
      readings: read.map(({ readings }) => readings && OTHERS.map((id) => readings.get(id))),
      outcomes: read.map(({ record: { outcome, reason } }) => [outcome, reason]),
      states: judged.states.filter(isOthers),
      alerts: after.filter(isOthers),
      mails: mails.filter(isOthers),
    });
    for (const { tenantId, lineKey, state } of judged.states) {
      const ofLine = states.get(lineKey) ?? new Map<string, LineState>();
      states.set(lineKey, ofLine.set(tenantId, state));
    }
    const byId = new Map([...alerts, ...after].map((alert) => [alert.id, alert]));
    alerts = [...byId.values()].filter(({ ended }) => !ended);
  }
  // Ids are random; which is which is all that they say.
  const order = new Map<string, string>();
  return JSON.stringify(seen).replace(/id-\d+/g, (id) => {
    const known = order.get(id) ?? `#${order.size}`;
    order.set(id, known);
    return known;
  });
}

test("whatever one tenant exposes, the others' readings, states, alerts and mails are byte for byte as without it", async () => {
  const slots = fc
    .array(othersInSlot, { minLength: 2, maxLength: 5 })
    // A first slot in which everybody has data: whether a line ever answered for anybody is then known.
    .map((rest) => [[0.97, 0.97, 0.97], ...rest]);
  await fc.assert(
    fc.asyncProperty(slots, fc.array(hostile, { minLength: 1, maxLength: 30 }), async (others, said) => {
      const nothing: Said = { series: [], warnings: [] };
      const without = await othersSee(others, () => nothing);
      const withIt = await othersSee(
        others,
        (slot, question) => said[(slot * 7 + question) % said.length] ?? nothing,
      );
      expect(withIt === without).toBe(true);
    }),
    { numRuns: 60 },
  );
});

test("the property sees mails: the others fire and recover in it", async () => {
  const seen = await othersSee(
    [0.97, 40, 40, 40].map((value) => [value, value, 0.97]),
    () => ({ series: [], warnings: [] }),
  );
  expect(seen).toContain('"kind":"firing"');
});
