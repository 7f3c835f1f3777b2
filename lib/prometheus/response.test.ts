import { describe, expect, test } from "vitest";
import { readMatrix, readRefusal, readVector } from "./response";

const success = (data: unknown, more: object = {}) => JSON.stringify({ status: "success", data, ...more });
const vectorOf = (value: unknown) =>
  success({ resultType: "vector", result: [{ metric: { a: "b" }, value: [1, value] }] });
const empty = { resultType: "vector", result: [] };

describe("a vector", () => {
  test.each([
    ["1.5", 1.5],
    ["-0.25", -0.25],
    ["1e-07", 1e-7],
    ["1.7976931348623157e+308", Number.MAX_VALUE],
    ["NaN", Number.NaN],
    ["+Inf", Number.POSITIVE_INFINITY],
    ["-Inf", Number.NEGATIVE_INFINITY],
    ["0", 0],
  ])("reads the value %j as %d", (text, value) => {
    expect(readVector(vectorOf(text))).toEqual({ ok: true, data: [{ labels: { a: "b" }, value }] });
  });

  test.each(["", " ", "one", "0x10", "1 ", "Infinity", "1,5", "constructor", 1, null])(
    "never takes %j for a number: its series is dropped and counted",
    (value) => expect(readVector(vectorOf(value))).toEqual({ ok: true, data: [], unusable: 1 }),
  );

  test("drops a native histogram and keeps what stands beside it", () => {
    const histogram = [1, { count: "1", sum: "1" }];
    const result = [
      { metric: { a: "b" }, histogram },
      { metric: { c: "d" }, value: [1, "2"] },
      { metric: { e: "f" }, value: [1, "2"], histogram },
    ];
    expect(readVector(success({ resultType: "vector", result }))).toEqual({
      ok: true,
      data: [{ labels: { c: "d" }, value: 2 }],
      unusable: 2,
    });
  });

  test("holds no label that a database couldn't keep", () => {
    const result = [{ metric: { reason: "a\u0000b\ud800" }, value: [1, "2"] }];
    expect(readVector(success({ resultType: "vector", result }))).toMatchObject({
      data: [{ labels: { reason: "a\ufffdb\ufffd" } }],
    });
  });

  test("may be empty, which is no failure", () => {
    expect(readVector(success(empty))).toEqual({ ok: true, data: [] });
  });

  test("can't be changed by one of its readers", () => {
    const read = readVector(vectorOf("1"));
    expect(() => read.ok && read.data.pop()).toThrow(TypeError);
  });
});

describe("a matrix", () => {
  test("has its times in milliseconds and keeps gaps as gaps", () => {
    const values = [
      [1767225600, "1"],
      [1767225660.5, "NaN"],
      [1767225780, "+Inf"],
    ];
    expect(readMatrix(success({ resultType: "matrix", result: [{ metric: {}, values }] }))).toEqual({
      ok: true,
      data: [
        {
          labels: {},
          points: [
            [1767225600000, 1],
            [1767225660500, Number.NaN],
            [1767225780000, Number.POSITIVE_INFINITY],
          ],
        },
      ],
    });
  });
});

test("a matrix drops the points and series that are histograms, and keeps the numbers", () => {
  const histograms = [[1767225660, { count: "1", sum: "1" }]];
  const values = [
    [1767225600, "1"],
    [1767225630, "one"],
  ];
  const result = [
    { metric: { a: "mixed" }, values, histograms },
    { metric: { a: "alone" }, histograms },
  ];
  expect(readMatrix(success({ resultType: "matrix", result }))).toEqual({
    ok: true,
    data: [{ labels: { a: "mixed" }, points: [[1767225600000, 1]] }],
    unusable: 2,
  });
});

describe("an answer that isn't usable", () => {
  test.each([
    ["markup", "<html><body>Welcome</body></html>", "not-json"],
    ["nothing", "", "not-json"],
    ["half a body", vectorOf("1").slice(0, -10), "not-json"],
    ["a bare number", "1", "malformed"],
    ["another JSON", '{"ok":true}', "malformed"],
    ["a matrix for a vector", success({ resultType: "matrix", result: [] }), "malformed"],
    ["a scalar", success({ resultType: "scalar", result: [1, "1"] }), "malformed"],
    ["no data", JSON.stringify({ status: "success" }), "malformed"],
    ["series that are none", success({ resultType: "vector", result: [null] }), "malformed"],
    ["warnings", success(empty, { warnings: ["a store did not answer"] }), "partial"],
    ["a partial response", success(empty, { isPartial: true }), "partial"],
    ["an error", JSON.stringify({ status: "error", errorType: "execution", error: "x" }), "query"],
    ["an error: timeout", JSON.stringify({ status: "error", errorType: "timeout", error: "x" }), "timeout"],
    ["an error: unavailable", JSON.stringify({ status: "error", errorType: "unavailable" }), "starting"],
  ])("%s", (_, body, code) => expect(readVector(body)).toMatchObject({ ok: false, code }));

  test("is not one with advice only, or with empty lists of warnings", () => {
    const more = { infos: ["metric might not be a counter"], warnings: [], isPartial: false };
    expect(readVector(success(empty, more))).toEqual({ ok: true, data: [] });
    const warnings = ["PromQL warning: x (1:1)", "PromQL info: y", "3 more warning annotations omitted"];
    expect(readVector(success(empty, { warnings }))).toEqual({ ok: true, data: [] });
  });
});

describe("an HTTP status", () => {
  test.each([
    [400, '{"status":"error","errorType":"bad_data","error":"parse error"}', "query"],
    [422, '{"status":"error","errorType":"execution","error":"many-to-many"}', "query"],
    [401, "Unauthorized", "unauthorised"],
    [403, "", "unauthorised"],
    [503, "Service Unavailable", "starting"],
    [503, '{"status":"error","errorType":"unavailable","error":"TSDB not ready"}', "starting"],
    // A question that is too heavy is that question's alone: were the server called away, all tenants would wait with it.
    [503, '{"status":"error","errorType":"503","error":"cannot execute query: timeout exceeded"}', "timeout"],
    [503, '{"status":"error","errorType":"canceled","error":"query was canceled"}', "timeout"],
    [503, '{"status":"error","errorType":"timeout","error":"query timed out"}', "timeout"],
    [504, "<html>Gateway Timeout</html>", "timeout"],
    [500, "oops", "status"],
    [302, "", "status"],
    [404, "<html>", "status"],
    [429, "", "status"],
  ])("%d with %j", (status, body, code) => expect(readRefusal(status, body).code).toBe(code));
});
