import { describe, expect, test } from "vitest";
import { handOff } from "./hand-off";

describe("handOff", () => {
  test("can't be broken out of by an address", async () => {
    const response = handOff('https://id.example/a?b="><script>alert(1)</script>', {
      title: "Signing in",
      sentence: "On the way.",
    });
    const html = await response.text();
    expect(html).not.toContain("<script>");
    expect(html).toContain("&quot;&gt;&lt;script&gt;");
    expect(response.headers.get("cache-control")).toBe("no-store");
  });
});
