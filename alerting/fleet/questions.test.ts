import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { INITIAL_LINE, type LineState } from "@/lib/alerts/judge";
import { type Bundle, bundleSchema } from "@/lib/catalogue/bundle";
import type { FleetAnswer } from "@/lib/prometheus/fleet";
import { readFleetVector } from "@/lib/prometheus/fleet-response";
import { askLines, judgedLines, readLine } from "./questions";

const AT_MS = 1_767_225_600_000;
const bundle: Bundle = bundleSchema.parse(
  parse(readFileSync("lib/definitions/defaults/bundle.yaml", "utf8")),
);
const lines = judgedLines(bundle).filter(({ lineKey }) => lineKey === "availability/availability");
const live = new Map(["photos", "tickets", "evil"].map((id) => [id, []]));

type Item = { tenant: string; sample: object };
const good = (tenant: string, value = "0.5"): Item => ({ tenant, sample: { value: [1, value] } });
const histogram = (tenant: string): Item => ({ tenant, sample: { histogram: [1, { count: "1" }] } });
const fresh = (...tenants: string[]) => tenants.map((tenant) => good(tenant, String(AT_MS / 1000)));

/** What one cycle makes of availability where the store answers with these series. */
async function cycleOf(
  values: Item[],
  freshness: Item[],
  states?: Map<string, LineState>,
  label = "tenant",
  line = lines[0],
  atZero: ReadonlySet<string> = new Set(),
) {
  const answerOf = (items: Item[]): FleetAnswer => {
    const result = items.map(({ tenant, sample }) => ({ metric: { tenant }, ...sample }));
    const body = JSON.stringify({ status: "success", data: { resultType: "vector", result } });
    const read = readFleetVector(body, label);
    if (!read.ok) return { ok: false, failure: { code: read.code, message: "" }, detail: read.detail };
    return { ok: true, ...read.data };
  };
  const fleet = {
    clockMs: () => null,
    ask: async ({ promql }: { promql: string }) =>
      answerOf(promql.includes("timestamp") ? freshness : values),
  };
  const signal = new AbortController().signal;
  const answers = await askLines(fleet, line ? [line] : [], { label: "tenant", atMs: AT_MS, signal });
  const answer = line && answers.get(line.lineKey);
  if (!line || !answer) throw new Error("no line");
  return readLine(line, answer, live, states, AT_MS, { tenantIds: atZero, unproven: new Set() });
}

const OTHERS = [good("photos"), good("tickets", "1")];
const FRESH = fresh("photos", "tickets", "evil");

test.each<[string, Item[], Item[], string]>([
  ["a native histogram", [...OTHERS, histogram("evil")], FRESH, "histogram"],
  ["a native histogram beside a number", [histogram("evil"), good("evil"), ...OTHERS], FRESH, "histogram"],
  ["a value that is no number", [good("evil", "fast"), ...OTHERS], FRESH, "not-a-number"],
  [
    "several series",
    [good("evil", "1"), ...OTHERS, good("evil", "0"), good("evil")],
    FRESH,
    "several-series",
  ],
  [
    "a histogram for a time",
    [...OTHERS, good("evil")],
    [...fresh("photos", "tickets"), histogram("evil")],
    "histogram",
  ],
])(
  "%s leaves its own tenant without data, named for the operator, and judges the others as without it",
  async (_, values, freshness, cause) => {
    const { record, readings } = await cycleOf(values, freshness);
    const without = await cycleOf(OTHERS, fresh("photos", "tickets"));
    expect(readings).toEqual(without.readings);
    expect(readings?.get("evil")).toEqual({ kind: "no-data", last: null });
    expect(record).toEqual({
      ...without.record,
      detail: `Left out, each for its own metrics: evil (${cause}).`,
      unusable: [["evil", cause]],
    });
  },
);

test("where a query that isn't proven to give one value gives nobody one, it is the query that is wrong", async () => {
  const two = ["photos", "tickets"].flatMap((tenant) => [good(tenant), good(tenant)]);
  const [line] = lines;
  if (!line) throw new Error("no line");
  expect((await cycleOf(two, FRESH)).record).toMatchObject({
    unusable: [
      ["photos", "several-series"],
      ["tickets", "several-series"],
    ],
  });
  const unproven = { ...line, line: { ...line.line, query: "sum by ($tenant, code) (requests)" } };
  const { record, readings } = await cycleOf(two, FRESH, undefined, "tenant", unproven);
  expect(readings).toBeNull();
  expect(record).toMatchObject({ outcome: "failed", reason: "several-series", unusable: [] });
});

test("whoever isn't judged by a line is not counted as left out", async () => {
  const { record } = await cycleOf([...OTHERS, histogram("draft")], FRESH);
  expect(record).toMatchObject({ outcome: "good", detail: null, unusable: [] });
});

test("most of a fleet that is scaled to zero keeps nobody else from being judged", async () => {
  const step: LineState["step"] = {
    judged: { condition: "ok", sinceMs: 5 },
    data: { kind: "fresh", sinceMs: 0, absent: null },
  };
  const states = new Map(["photos", "tickets", "evil"].map((id) => [id, { ...INITIAL_LINE, step }]));
  const down = [good("evil", "0")];
  const asIs = await cycleOf(down, fresh("evil"), states);
  expect(asIs.record).toMatchObject({ outcome: "guarded", reason: "gone" });
  const zero = new Set(["photos", "tickets"]);
  const known = await cycleOf(down, fresh("evil"), states, "tenant", lines[0], zero);
  expect(known.record).toMatchObject({ outcome: "good", answered: 1 });
  expect(known.readings?.get("evil")).toMatchObject({ kind: "value", value: 0 });
  expect(known.readings?.get("photos")).toEqual({ kind: "not-wanted" });
});

describe("a line that answers for nobody", () => {
  const state = (kind: "fresh" | "missing", sinceMs: number | null): LineState => ({
    ...INITIAL_LINE,
    step: { judged: { condition: "ok", sinceMs }, data: { kind, sinceMs: 0, absent: null } },
  });

  test("and never did judges nobody: the operator is told what to compare, and no owner is", async () => {
    const { record, readings } = await cycleOf([], []);
    expect(readings).toBeNull();
    expect(record).toMatchObject({ outcome: "guarded", reason: "nobody", answered: 0 });
    expect(record.detail).toContain("PROMETHEUS_URL and PROMETHEUS_TENANT_HEADER");
  });

  test("because of another tenant label names the label", async () => {
    const { record } = await cycleOf(OTHERS, FRESH, undefined, "team");
    expect(record).toMatchObject({ reason: "nobody", dropped: 5 });
    expect(record.detail).toContain("TENANT_LABEL");
  });

  test("but did so for somebody once has lost their data, which is reported", async () => {
    const once = await cycleOf([], [], new Map([["photos", state("missing", 5)]]));
    expect(once.record).toMatchObject({ outcome: "good" });
    const lately = await cycleOf([], [], new Map([["photos", state("fresh", 5)]]));
    expect(lately.record).toMatchObject({ outcome: "good" });
    const never = await cycleOf([], [], new Map([["photos", state("missing", null)]]));
    expect(never.record).toMatchObject({ reason: "nobody" });
  });

  test("any more, where series without a tenant are left, is another label and no answer", async () => {
    const states = new Map([["photos", state("fresh", 5)]]);
    const { record, readings } = await cycleOf(OTHERS, FRESH, states, "team");
    expect(record).toMatchObject({ outcome: "failed", reason: "malformed", dropped: 5 });
    expect(readings).toBeNull();
  });

  test("is reported by the guard, where most had data in the last good cycle", async () => {
    const all = new Map(["photos", "tickets"].map((id) => [id, state("fresh", 5)]));
    expect((await cycleOf([], [], all)).record).toMatchObject({ outcome: "guarded", reason: "gone" });
  });

  test("is judged as soon as it answers for one, and a tenant's histograms answer for nobody", async () => {
    expect((await cycleOf([good("photos")], fresh("photos"))).record).toMatchObject({ outcome: "good" });
    const record = (await cycleOf([histogram("evil")], fresh("evil"))).record;
    expect(record).toMatchObject({ reason: "nobody", unusable: [["evil", "histogram"]] });
  });
});
