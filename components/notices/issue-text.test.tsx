import fc from "fast-check";
import { parseFragment } from "parse5";
import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, test } from "vitest";
import { IssueText, MOST_MARKDOWN } from "./issue-text";

/** What is read in the square of its length takes ten seconds and more. A slow machine needs one for the rest. */
const HANGS_AFTER_MS = 8_000;

const render = (text: string) => renderToStaticMarkup(<IssueText>{text}</IssueText>);

type Element = { nodeName: string; attrs?: { name: string; value: string }[]; childNodes?: Element[] };
function elementsOf(html: string): Element[] {
  const found: Element[] = [];
  const walk = (node: Element) => {
    if (!node.nodeName.startsWith("#")) found.push(node);
    for (const child of node.childNodes ?? []) walk(child);
  };
  walk(parseFragment(html) as unknown as Element);
  return found;
}

const HARMLESS = /^(div|p|ul|ol|li|strong|em|del|code|pre|blockquote|br|hr|a|span)$/;
/** Whether the browser would show words and links to the web, and nothing else. */
function expectHarmless(html: string): void {
  for (const { nodeName, attrs = [] } of elementsOf(html)) {
    expect(nodeName).toMatch(HARMLESS);
    for (const { name, value } of attrs) {
      expect(name).toMatch(/^(class|href|rel|start)$/);
      if (name === "href") expect(value).toMatch(/^https?:\/\//i);
    }
    if (attrs.some(({ name }) => name === "href"))
      expect(attrs).toContainEqual({ name: "rel", value: "noopener noreferrer nofollow" });
  }
}

describe("what an issue says", () => {
  test.each([
    "<script>alert(1)</script>",
    "a <img src=x onerror=alert(1)> b",
    "<a href='javascript:alert(1)'>x</a>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "[x](vbscript:x)",
    "<javascript:alert(1)>",
    "![x](https://tracker.example/p.png)",
    "![x](data:image/svg+xml;base64,PHN2Zz4=)",
    "[x]: javascript:alert(1)\n\n[x]",
    "<iframe src=https://evil.example></iframe>",
    "<svg onload=alert(1)>",
    "<style>*{display:none}</style>",
    "<form action=https://evil.example><input name=password></form>",
    '[x](https://evil.example/"onmouseover="alert(1))',
    "[x](//evil.example)",
    "[x](/sign-out)",
    "<!--><script>alert(1)</script>-->",
    "| a | b |\n|---|---|\n| <b onclick=x> | 2 |",
  ])("runs nothing, fetches nothing and leads nowhere but to the web: %j", (text) => {
    expectHarmless(render(text));
  });

  test("is harmless whatever it is (property)", () => {
    const piece = fc.constantFrom(
      "<script>",
      "</script>",
      "<img src=x onerror=1>",
      "[",
      "](",
      ")",
      "javascript:1",
      "![",
      "`",
      "https://a.example/",
      '"',
      "<",
      ">",
      "\n",
      "- ",
      "&lt;",
      "onload=",
      " ",
      "<!--",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 25 }), (pieces) => expectHarmless(render(pieces.join("")))),
      { numRuns: 500 },
    );
  });

  test("keeps what helps: emphasis, lists, code, links", () => {
    const html = render("**No** `fixes`\n\n- one\n\n[guide](https://a.example/x) and https://b.example/y.");
    expect(html).toContain("<strong>No</strong>");
    expect(html).toContain("<code>fixes</code>");
    expect(html).toMatch(/<li>\s*one\s*<\/li>/);
    expect(html).toContain('href="https://a.example/x"');
    expect(html).toContain('href="https://b.example/y"');
  });

  test("names a picture instead of asking somebody's server for it", () => {
    expect(render("![the new box](https://a.example/p.png)")).toContain("(picture: the new box)");
  });
});

describe("a text of 70,000 characters", () => {
  const filled = (unit: string) => unit.repeat(Math.ceil(70_000 / unit.length));

  test.each([
    ["numbers", filled("1. ")],
    ["bullets", `${filled("- ")}a`],
    ["quotations", filled("> ")],
    ["underlined lines", filled("a\n-\n")],
    ["lines that continue a quotation", `> ${filled("a\n")}`],
    ["stars", filled("a**b_c ")],
    ["brackets", filled("[a](")],
    ["addresses", filled("https://")],
  ])("of %s is shown within a second or two, as it was written", (_what, text) => {
    const startedAtMs = performance.now();
    const html = render(text);
    expect(performance.now() - startedAtMs).toBeLessThan(HANGS_AFTER_MS);
    expectHarmless(html);
    expect(html).toContain(text.slice(0, 100).replaceAll(">", "&gt;"));
  });

  test.each([
    ["numbers", "1. "],
    ["nineteen numbers a line", `${"1. ".repeat(19)}a\n\n`],
    [
      "bullets, each further to the right",
      Array.from({ length: 60 }, (_, n) => `${"  ".repeat(n)}- a\n`).join(""),
    ],
    ["quotations", "> "],
    ["spaces between quotations", `${">".padEnd(200)}a`],
    ["underlined lines", "a\n-\n"],
    ["stars", "a**b_c "],
    ["brackets", "[a]("],
  ])("of %s, cut to the limit, is shown in as little time", (_what, unit) => {
    const startedAtMs = performance.now();
    expectHarmless(render(filled(unit).slice(0, MOST_MARKDOWN)));
    expect(performance.now() - startedAtMs).toBeLessThan(HANGS_AFTER_MS);
  });

  test("stays Markdown up to the limit", () => {
    expect(render(`**a** ${"b".repeat(MOST_MARKDOWN - 6)}`)).toContain("<strong>a</strong>");
  });
});
