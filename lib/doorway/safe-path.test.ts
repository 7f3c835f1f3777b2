import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { safePath } from "./safe-path";

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
        expect(new URL(path, "https://portal.example").origin).toBe("https://portal.example");
      }),
      { numRuns: 500 },
    );
  });
});
