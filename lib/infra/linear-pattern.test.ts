import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { linearPattern, PatternError } from "./linear-pattern";

describe("linearPattern", () => {
  test.each<[string, string, string | null]>([
    ["/tenants/([a-z0-9-]+)", "/tenants/photos", "photos"],
    ["/tenants/([a-z0-9-]+)", "/tenants/photos/admins", null],
    ["/tenants/([a-z0-9-]+)", "x/tenants/photos", null],
    ["^watchpost_(.+)$", "watchpost_photos", "photos"],
    ["(.+)-owners", "photos-owners-owners", "photos-owners"],
    ["(a|ab)(?:c|bcd)", "abcd", "a"],
    ["(?:dev|prod):(\\w{3,8})", "prod:photos", "photos"],
    ["([^/]+)/?", "photos/", "photos"],
    ["a\\.(b+)", "a.b", "b"],
    ["a\\$(b)", "a$b", "b"],
    ["([\\d-]+)", "12-3", "12-3"],
    ["(ü+)", "üü", "üü"],
    ["(.)", "😀", "😀"],
  ])("%s of %s is %s", (pattern, text, captured) => {
    expect(linearPattern(pattern)(text)).toBe(captured);
  });

  test.each([
    "photos",
    "(a)(b)",
    "(a)+",
    "(?:(a))*",
    "(a",
    "a)(b)",
    "(?=a)(b)",
    "(?<x>a)",
    "(a)\\1",
    "(a**)",
    "(a{2}{3})",
    "*(a)",
    "(a^b)",
    "([a",
    "(a\\",
    "([z-a])",
    "(a{3,2})",
    "(\\p{L})",
    "()",
    "watchpost-()",
    "(?:)(a)",
    "(a)(?:)",
    "(.*)",
    "a\\.(b*)",
    "(a?)",
    "(a{0,3})",
    "(a|)",
    "(|a)",
    "(a*b?)",
    "(?:x(a*))",
    "((?:a*){2})",
    `(${"(?:a{99}){99}"})`,
  ])("refuses %s with a reason", (pattern) => {
    expect(() => linearPattern(pattern)).toThrow(PatternError);
  });

  test("takes as long for a hostile text as for any other", () => {
    const match = linearPattern("((?:a*)*b|(?:a|a)*c)");
    const before = performance.now();
    expect(match("a".repeat(5_000))).toBeNull();
    // By backtracking it would not end.
    expect(performance.now() - before).toBeLessThan(5_000);
  });

  test("captures what the language's own engine captures", () => {
    const atom = fc.constantFrom("a", "b", ".", "[ab]", "[^a]", "(?:a|b)", "(?:ab|a)");
    const piece = fc.tuple(atom, fc.constantFrom("", "*", "+", "?", "{1,2}")).map((both) => both.join(""));
    const pieces = fc.array(piece, { maxLength: 3 }).map((all) => all.join(""));
    const captured = pieces.filter((source) => !new RegExp(`^(?:${source})$`).test(""));
    const pattern = fc.tuple(pieces, captured, pieces).map(([a, b, c]) => `${a}(${b})${c}`);
    fc.assert(
      fc.property(
        pattern,
        fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 8 }),
        (source, text) => {
          const own = new RegExp(`^(?:${source})$`).exec(text);
          expect(linearPattern(source)(text)).toBe(own ? own[1] : null);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
