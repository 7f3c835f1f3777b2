import { describe, expect, test } from "vitest";
import { PREVIEW_RANGE_IDS, PREVIEW_RANGES, previewPart, previewStepSeconds } from "./preview-range";
import { parseHistoryRequest, parseThresholdRequest } from "./request";

const set = {
  change: "set",
  range: "7d",
  pageOf: "photos",
  expectedVersion: 0,
  to: { enabled: true, value: 1, inclusive: false, forSeconds: 60, recoverForSeconds: 60 },
};

describe("a change", () => {
  test.each([
    set,
    { ...set, to: { ...set.to, value: null } },
    { change: "default", range: "24h", pageOf: "photos", expectedVersion: 3 },
    { change: "undo", range: "30d", pageOf: "photos", edit: "12" },
  ])("is taken as it is: %o", (body) => {
    expect(parseThresholdRequest(body)).toEqual({ ok: true, request: body });
  });

  test.each([
    null,
    "set",
    {},
    { ...set, change: "drop" },
    { ...set, range: "90d" },
    { ...set, expectedVersion: -1 },
    { ...set, expectedVersion: undefined },
    { ...set, pageOf: undefined },
    { ...set, to: { ...set.to, value: "1" } },
    { ...set, to: { ...set.to, recoverValue: 2 } },
    { ...set, tenant: "tickets" },
    { change: "undo", range: "7d", pageOf: "photos", edit: "1; DROP TABLE" },
  ])("that isn't one is refused in words: %o", (body) => {
    expect(parseThresholdRequest(body)).toMatchObject({ ok: false, message: expect.stringMatching(/\.$/) });
  });
});

describe("a part of a history", () => {
  const ask = (query: string) => parseHistoryRequest(new URLSearchParams(query));

  test("is named by range, end and number", () => {
    expect(ask("range=7d&to=1700000000000&part=6")).toEqual({
      ok: true,
      request: { range: "7d", toMs: 1_700_000_000_000, part: 6 },
    });
  });

  test.each([
    "",
    "range=7d&to=1&part=7",
    "range=7d&to=1&part=-1",
    "range=7d&to=NaN&part=0",
    "range=1y&to=1&part=0",
    "range=7d&to=1&part=0&tenant=tickets",
    "range=7d&to=1&part=0&part=1",
  ])("that there isn't is refused: %j", (query) => {
    expect(ask(query)).toMatchObject({ ok: false });
  });
});

test.each(PREVIEW_RANGE_IDS)(
  "the parts of %s meet without a gap or an overlap, whatever the interval",
  (range) => {
    const { seconds, parts } = PREVIEW_RANGES[range];
    const toMs = 1_700_000_100_000;
    for (const interval of [5, 15, 30, 45, 60, 120, 300]) {
      const stepSeconds = previewStepSeconds(range, interval);
      expect(stepSeconds).toBeGreaterThanOrEqual(Math.min(interval, 300));
      const points = Array.from({ length: parts }, (_, part) => {
        const grid = previewPart(range, stepSeconds, toMs, part);
        const count = (grid.toMs - grid.fromMs) / (stepSeconds * 1000) + 1;
        expect(count).toBeLessThan(11_000);
        return Array.from({ length: count }, (_, index) => grid.fromMs + index * stepSeconds * 1000);
      }).flat();
      expect(points).toHaveLength(seconds / stepSeconds + 1);
      expect(points[0]).toBe(toMs - seconds * 1000);
      expect(points.at(-1)).toBe(toMs);
      expect(new Set(points).size).toBe(points.length);
    }
  },
);
