import { expect, test } from "vitest";
import { parseSeriesRequest, strayParameter } from "./series-request";

const parse = (signal: string, query: string) => parseSeriesRequest(signal, new URLSearchParams(query));

test("takes a signal and a range that exist", () => {
  expect(parse("error-rate", "range=7d")).toEqual({ ok: true, signal: "error-rate", range: "7d" });
});

test.each([
  ["uptime", "range=1h", "unknown_signal", "availability, latency, error-rate, saturation, restarts"],
  ["toString", "range=1h", "unknown_signal", "availability"],
  ["latency", "", "unknown_range", "1h, 6h, 24h, 7d, 30d"],
  ["latency", "range=2h", "unknown_range", "1h, 6h, 24h, 7d, 30d"],
  ["latency", "range=constructor", "unknown_range", "1h"],
  ["latency", "range=1h&range=6h", "unknown_range", "one range"],
  ["latency", "range=1h&tenant=tickets", "unknown_parameter", "no parameters but range"],
])("refuses %s?%s as %s, with what is valid", (signal, query, code, listed) => {
  const refused = parse(signal, query);
  expect(refused).toMatchObject({ ok: false, code });
  expect(refused.ok ? "" : refused.message).toContain(listed);
});

test("never repeats what was sent", () => {
  const refused = parse("<script>", "range=1h");
  expect(JSON.stringify(refused)).not.toContain("script");
});

test("an address without parameters takes none", () => {
  expect(strayParameter(new URLSearchParams("tenant=tickets"), [])).toBe("This address takes no parameters.");
  expect(strayParameter(new URLSearchParams(), [])).toBeNull();
});
