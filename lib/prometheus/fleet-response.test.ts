import { expect, test } from "vitest";
import { readFleetVector } from "./fleet-response";

const answer = (result: unknown, more: object = {}) =>
  JSON.stringify({ status: "success", data: { resultType: "vector", result }, ...more });
const of = (metric: unknown, value: unknown = [1, "2.5"]) => ({ metric, value });

test("each series goes to the tenant that it names, NaN and infinities as they are", () => {
  const body = answer([of({ tenant: "photos" }), of({ tenant: "tickets", le: "1" }, [1, "+Inf"])]);
  expect(readFleetVector(body, "tenant")).toEqual({
    ok: true,
    data: {
      samples: [
        { tenantId: "photos", labels: { tenant: "photos" }, value: 2.5 },
        { tenantId: "tickets", labels: { tenant: "tickets", le: "1" }, value: Number.POSITIVE_INFINITY },
      ],
      dropped: 0,
      unusable: [],
    },
  });
});

test("series without a tenant, or with what is no tenant id, are dropped and counted", () => {
  const body = answer([of({ tenant: "photos" }), of({}), of({ tenant: "A/B" }), of({ tenant: "" })]);
  expect(readFleetVector(body, "tenant")).toMatchObject({ ok: true, data: { dropped: 3 } });
});

test("an empty answer is an answer; one in which no series names a tenant is none", () => {
  expect(readFleetVector(answer([]), "tenant")).toEqual({
    ok: true,
    data: { samples: [], dropped: 0, unusable: [] },
  });
});

test("series of nobody are nobody's, also where there are no others: the platform's own probes are such", () => {
  expect(readFleetVector(answer([of({ team: "photos" })]), "tenant")).toMatchObject({
    ok: true,
    data: { samples: [], dropped: 1 },
  });
});

test("a label is never read from an object's own machinery", () => {
  expect(readFleetVector(answer([of({ a: "b" })]), "constructor")).toMatchObject({ data: { dropped: 1 } });
});

const HISTOGRAM = [1, { count: "2", sum: "3", buckets: [[0, "0.5", "1", "2"]] }];

test.each<[string, object, string]>([
  ["a native histogram", { histogram: HISTOGRAM }, "histogram"],
  ["a value and a histogram", { value: [1, "2.5"], histogram: HISTOGRAM }, "histogram"],
  ["histograms of a range", { histograms: [HISTOGRAM] }, "histogram"],
  ["a value that is no number", { value: [1, "0x10"] }, "not-a-number"],
  ["a value that is no text", { value: [1, 2] }, "not-a-number"],
  ["no time", { value: [null, "1"] }, "not-a-number"],
  ["no value", {}, "not-a-number"],
])("%s drops its own tenant and nobody else", (_, sample, reason) => {
  const evil = { metric: { tenant: "evil" }, ...sample };
  for (const result of [
    [of({ tenant: "photos" }), evil],
    [evil, of({ tenant: "photos" })],
  ])
    expect(readFleetVector(answer(result), "tenant")).toEqual({
      ok: true,
      data: {
        samples: [{ tenantId: "photos", labels: { tenant: "photos" }, value: 2.5 }],
        dropped: 0,
        unusable: [{ tenantId: "evil", reason }],
      },
    });
});

test("where a tenant's histogram is all that there is, the others have as little as before", () => {
  const evil = { metric: { tenant: "evil" }, histogram: HISTOGRAM };
  expect(readFleetVector(answer([evil]), "tenant")).toMatchObject({ ok: true, data: { samples: [] } });
});

test("a label that is no text, or that no database keeps, is made harmless and costs nobody else anything", () => {
  const odd = answer([of({ tenant: "a", x: 1 }), of({ tenant: "b", x: "1\u0000\ud800" })]);
  expect(readFleetVector(odd, "tenant")).toMatchObject({
    ok: true,
    data: {
      samples: [{ tenantId: "b", labels: { x: "1\ufffd\ufffd" } }],
      unusable: [{ tenantId: "a", reason: "not-a-number" }],
    },
  });
});

test("what PromQL advises about somebody's data is no warning of the store's", () => {
  const warnings = [
    'PromQL warning: bucket label "le" is missing or has a malformed value of "fast" (1:20)',
    "PromQL info: input to histogram_quantile needed to be fixed for monotonicity (1:1)",
    "11 more warning annotations omitted",
    "1 more annotations omitted",
    "2 more info annotations omitted",
  ];
  const body = answer([of({ tenant: "photos" })], { warnings, infos: ["PromQL info: x"] });
  expect(readFleetVector(body, "tenant")).toMatchObject({ ok: true });
  const away = answer([], { warnings: [...warnings, "receive series from store-1: PromQL warning: x"] });
  expect(readFleetVector(away, "tenant")).toMatchObject({ ok: false, code: "partial" });
});

test.each([
  ["a warning", answer([], { warnings: ["a store is away"] }), "partial"],
  ["a partial answer", answer([], { isPartial: true }), "partial"],
  ["markup", "<html>", "not-json"],
  ["a broken-off answer", answer([]).slice(0, -3), "not-json"],
  ["a matrix", '{"status":"success","data":{"resultType":"matrix","result":[]}}', "malformed"],
  ["no data", '{"status":"success"}', "malformed"],
  ["series that are none", answer([null, 7]), "malformed"],
  ["an error", '{"status":"error","errorType":"execution","error":"many-to-many"}', "query"],
])("%s fails the whole answer", (_, body, code) => {
  expect(readFleetVector(body, "tenant")).toMatchObject({ ok: false, code });
});
