import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MAX_RETURN_PATH_LENGTH, safePath } from "./safe-path";

describe("safePath", () => {
  test.each<[string | null | undefined, string]>([
    [null, "/"],
    [undefined, "/"],
    ["", "/"],
    ["/", "/"],
    ["/signals/latency?range=24h", "/signals/latency?range=24h"],
    ["signals/latency", "/signals/latency"],
    ["https://portal.example/alerts", "/alerts"],
    ["https://evil.example/alerts", "/"],
    ["//evil.example", "/"],
    ["/\\evil.example", "/"],
    ["\\\\evil.example", "/"],
    ["/\t/evil.example", "/"],
    ["https://portal.example//evil.example", "/"],
    ["https://portal.example@evil.example/", "/"],
    ["javascript:alert(1)", "/"],
    ["data:text/html,x", "/"],
    ["/api/health", "/"],
    ["/sign-in?error=failed", "/"],
    ["/choose/confirm", "/"],
    ["/%2e%2e//evil.example", "/"],
  ])("takes %j for %j", (wanted, path) => {
    expect(safePath(wanted, "https://portal.example")).toBe(path);
  });

  test("is bounded as it is written in a cookie: the page stays, what was chosen there goes", () => {
    const long = `/alerts?cursor=${"x".repeat(MAX_RETURN_PATH_LENGTH)}`;
    expect(safePath(long)).toBe("/alerts");
    expect(safePath(long.slice(0, MAX_RETURN_PATH_LENGTH))).toHaveLength(MAX_RETURN_PATH_LENGTH);
    expect(safePath(`/alerts?q=${"ü".repeat(100)}`)).toBe("/alerts");
    expect(safePath(`/${"x".repeat(MAX_RETURN_PATH_LENGTH)}`)).toBe("/");
  });

  test("never leaves the site, whatever is wanted", () => {
    const piece = fc.constantFrom(
      "/",
      "\\",
      "//",
      "@",
      ":",
      "https:",
      "evil.example",
      "\t",
      "\n",
      ".",
      "%2f",
      "?",
      "#",
    );
    const wanted = fc.oneof(
      fc.string(),
      fc.array(piece).map((pieces) => pieces.join("")),
    );
    fc.assert(
      fc.property(wanted, (text) => {
        const path = safePath(text, "https://portal.example");
        expect(path.length).toBeLessThanOrEqual(MAX_RETURN_PATH_LENGTH);
        expect(new URL(path, "https://portal.example").origin).toBe("https://portal.example");
      }),
      { numRuns: 500 },
    );
  });
});
