import { describe, expect, test } from "vitest";
import { mayWrite } from "./write-origin";

const PORTAL = "https://portal.example";

describe("mayWrite", () => {
  test.each<[string, string, string | null, string | null, boolean]>([
    ["a read from anywhere", "GET", "https://evil.example", "cross-site", true],
    ["a write from this site's pages", "POST", PORTAL, "same-origin", true],
    ["a write from another site", "POST", "https://evil.example", "cross-site", false],
    [
      "a write from a neighbour under the same domain",
      "POST",
      "https://blog.portal.example",
      "same-site",
      false,
    ],
    ["a write from the same host by http", "POST", "http://portal.example", "cross-site", false],
    ["a write from a sandboxed page", "POST", "null", "same-origin", false],
    ["a write without Origin that the browser vouches for", "PUT", null, "same-origin", true],
    ["a write without Origin that a person typed", "POST", null, "none", false],
    ["a write that nobody vouches for", "DELETE", null, null, false],
  ])("judges %s", (_what, method, origin, fetchSite, allowed) => {
    expect(mayWrite({ method, origin, fetchSite }, PORTAL)).toBe(allowed);
  });
});
