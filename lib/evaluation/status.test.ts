import { expect, test } from "vitest";
import { byWeight, statusOf } from "./status";
import { CONDITIONS, type Condition, type Reading, STATUSES, type Status } from "./view";

const READINGS: Record<Reading["kind"], Reading> = {
  value: { kind: "value", value: 1, sampledAtMs: 0 },
  "no-traffic": { kind: "no-traffic", requests: 0, minimum: 1, sampledAtMs: 0 },
  "no-data": { kind: "no-data", last: null },
  unknown: { kind: "unknown", reason: { code: "timeout", message: "Too slow." }, last: null },
  "no-limit": { kind: "no-limit", containers: 2 },
  "scaled-to-zero": { kind: "scaled-to-zero", sinceMs: 0, orEarlier: false },
};

test.each<[Reading["kind"], Record<Condition, Status>]>([
  ["value", { ok: "ok", pending: "pending", firing: "firing", recovering: "recovering" }],
  ["no-traffic", { ok: "no-traffic", pending: "pending", firing: "firing", recovering: "recovering" }],
  ["no-data", { ok: "no-data", pending: "no-data", firing: "firing", recovering: "no-data" }],
  ["unknown", { ok: "unknown", pending: "unknown", firing: "firing", recovering: "unknown" }],
])("the status of a reading that is %s", (kind, expected) => {
  for (const condition of CONDITIONS) expect(statusOf(READINGS[kind], condition)).toBe(expected[condition]);
});

test("only a fresh value that was judged ok is green", () => {
  for (const reading of Object.values(READINGS))
    for (const condition of [...CONDITIONS, null])
      if (statusOf(reading, condition) === "ok") expect([reading.kind, condition]).toEqual(["value", "ok"]);
});

test("what is wrong weighs more than what is not known, and that more than what is fine", () => {
  expect([...STATUSES].sort(byWeight)).toEqual([
    "firing",
    "unknown",
    "no-data",
    "pending",
    "recovering",
    "scaled-to-zero",
    "no-traffic",
    "ok",
    "no-limit",
    "off",
  ]);
});
