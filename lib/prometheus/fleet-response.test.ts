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
    },
  });
});

test("series without a tenant, or with what is no tenant id, are dropped and counted", () => {
  const body = answer([of({ tenant: "photos" }), of({}), of({ tenant: "A/B" }), of({ tenant: "" })]);
  expect(readFleetVector(body, "tenant")).toMatchObject({ ok: true, data: { dropped: 3 } });
});

test("an empty answer is an answer; one in which no series names a tenant is none", () => {
  expect(readFleetVector(answer([]), "tenant")).toEqual({ ok: true, data: { samples: [], dropped: 0 } });
  expect(readFleetVector(answer([of({ team: "photos" })]), "tenant")).toMatchObject({ code: "malformed" });
});

test("a label is never read from an object's own machinery", () => {
  expect(readFleetVector(answer([of({ a: "b" })]), "constructor")).toMatchObject({ code: "malformed" });
});

test.each([
  ["a warning", answer([], { warnings: ["a store is away"] }), "partial"],
  ["a partial answer", answer([], { isPartial: true }), "partial"],
  ["markup", "<html>", "not-json"],
  ["a broken-off answer", answer([]).slice(0, -3), "not-json"],
  ["a matrix", '{"status":"success","data":{"resultType":"matrix","result":[]}}', "malformed"],
  ["no data", '{"status":"success"}', "malformed"],
  ["a value that is no text", answer([of({ tenant: "a" }, [1, 2])]), "malformed"],
  ["a value that is no number", answer([of({ tenant: "a" }, [1, "0x10"])]), "malformed"],
  ["a series that is none", answer([null]), "malformed"],
  ["a label that is no text", answer([of({ tenant: "a", x: 1 })]), "malformed"],
  ["an error", '{"status":"error","errorType":"execution","error":"many-to-many"}', "query"],
])("%s fails the whole answer", (_, body, code) => {
  expect(readFleetVector(body, "tenant")).toMatchObject({ ok: false, code });
});
