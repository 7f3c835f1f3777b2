import { describe, expect, test } from "vitest";
import { formFields, itemsOf, tasksOf } from "./form";

/** What is read in the square of its length takes ten seconds and more. A slow machine needs one for the rest. */
const HANGS_AFTER_MS = 8_000;

const fields = (body: string) => Object.fromEntries(formFields(body));

describe("a field of an issue form", () => {
  test("keeps the author's text, character for character, up to the next heading", () => {
    const what =
      "Use **`v2`**, see [the guide](https://example.com/a_b).\n\n> quoted &amp; kept\n\n1. one\n2. two";
    expect(
      fields(`### What\r\n\r\n${what.replaceAll("\n", "\r\n")}\r\n\r\n### Why\r\n\r\n\ttabs\t stay`),
    ).toEqual({
      what,
      why: "tabs\t stay",
    });
  });

  test.each([
    ["a code fence", "```\n### Tenant\n```"],
    ["a fence of tildes within which back-ticks stand", "~~~\n```\n### Tenant\n~~~"],
    ["a fence that nothing closes", "```sh\n### Tenant\nall"],
    ["a fence that a line with an info text doesn't close", "```\n### Tenant\n``` sh\n### Deadline\n```"],
    ["a fence in a list", "- ```\n  ### Tenant\n  ```\n- b"],
    ["indented code", "See:\n\n    ### Tenant\n    all"],
    ["a quotation", "> ### Tenant\n> all"],
    ["a list", "- ### Tenant\n- all\n\n  ### Deadline\n\n  2026-01-01"],
    ["a list in a list", "1. a\n   - b\n\n     ### Tenant\n\n     all"],
    ["a comment", "<!--\n### Tenant\n\nall\n-->"],
    ["a comment that nothing closes", "<!--\n\n### Tenant\n\nall"],
    ["markup of HTML", "<details>\n### Tenant\nall\n</details>"],
    ["seven hashes", "####### Tenant\nall"],
    ["hashes without a space", "###Tenant\nall"],
    ["an escaped hash", "\\### Tenant\nall"],
    ["a line that is underlined", "Tenant\n------\nall\n\nDeadline\n===\n2026-01-01"],
  ])("holds a heading as text that stands in %s", (_where, text) => {
    expect(fields(`### What\n\n${text}`)).toEqual({ what: text });
  });

  test.each([
    ["a closed fence", "```\na\n```"],
    ["a quoted fence that nothing closes", "> ```\n> a"],
    ["a fence in a list that nothing closes", "- a\n\n  ```\n  b"],
    ["a fence on a bullet's own line", "- ```\n  b\n  ```"],
    ["a closed comment", "<!-- a\n\nb -->"],
    ["a paragraph", "a"],
    ["a list", "- a\n  - b"],
  ])("ends at a heading after %s", (_what, text) => {
    expect(fields(`### What\n\n${text}\n### Why\n\nbecause`)).toEqual({ what: text, why: "because" });
  });

  test.each([
    ["closing hashes", "### What ###"],
    ["emphasis", "### **What**"],
    ["spaces before and after", "  ###   What  "],
    ["another depth", "# What"],
  ])("is known by a heading with %s", (_what, heading) => {
    expect(fields(`${heading}\n\nthis`)).toEqual({ what: "this" });
  });

  test("belongs to nothing where its heading has no name", () => {
    expect(fields("### What\n\nthis\n\n###\n\ninternal\n\n### ---\n\ninternal")).toEqual({ what: "this" });
  });

  test("is read at its place whatever unusual characters stand before it", () => {
    const odd = "\uFEFF a\0b 👩‍🚀 \uD800 c\u2028d\u0085e";
    expect(fields(`${odd}\n\n### What\n\n${odd}\n\n### Why\n\nx`)).toEqual({ what: odd.trim(), why: "x" });
    expect(fields("\uFEFF### What\n\nthis")).toEqual({ what: "this" });
  });
});

describe("tasks", () => {
  test("are items of bullets and of numbers, at any depth, and nothing that only looks like them", () => {
    const text = [
      "Before [x] none",
      "- [x] photos",
      "  - [ ] *tickets*",
      "    1. [X] weather",
      "- [x]",
      "- [x]none",
      "- a [x] none",
      "> [x] none",
      "```",
      "- [x] none",
      "```",
      "<!-- ",
      "- [x] none",
      "-->",
    ].join("\n");
    expect(tasksOf(text)).toEqual([
      { done: true, text: "photos" },
      { done: false, text: "*tickets*" },
      { done: true, text: "weather" },
    ]);
  });

  test("are their first line", () => {
    expect(tasksOf("- [x] photos\n  moved in May\n- [ ] tickets")).toEqual([
      { done: true, text: "photos" },
      { done: false, text: "tickets" },
    ]);
  });
});

describe("items", () => {
  test.each([
    ["a line each", "photos\ntickets", ["photos", "tickets"]],
    ["commas and semicolons", "photos, tickets; weather", ["photos", "tickets", "weather"]],
    ["bullets of every kind", "* photos\n+ tickets\n\n1. weather", ["photos", "tickets", "weather"]],
    ["ticks, also nested", "- [x] photos\n  - [ ] `tickets`", ["photos", "tickets"]],
    [
      "the lines of a code block, without its language",
      "```text\nphotos\ntickets\n```",
      ["photos", "tickets"],
    ],
    ["what stands beside a comment", "<!-- e.g. weather, all -->\n\nphotos", ["photos"]],
    ["what stands behind a comment on its line", "<!-- all --> photos", ["photos"]],
    ["headings in a list", "- # photos\n- ## tickets", ["photos", "tickets"]],
    ["a title that is underlined", "photos\n---\ntickets", ["photos", "tickets"]],
    ["nothing, where there is a comment alone", "<!--\nall\n-->", []],
    ["nothing, where there is a line alone", "---", []],
    ["markup, as it is written", "<b>photos</b>", ["<b>photos</b>"]],
  ])("are %s", (_what, text, items) => {
    expect(itemsOf(text)).toEqual(items);
  });
});

describe("a body of 70,000 characters", () => {
  const LONGEST = 70_000;
  const filled = (unit: string, end = "") =>
    unit.repeat(Math.ceil(LONGEST / unit.length)).slice(0, LONGEST - end.length) + end;

  test.each([
    ["bullets", filled("- ", "a")],
    ["numbers", filled("1. ", "a")],
    ["quotations", filled("> ", "a")],
    ["bullets and quotations", filled("- > ", "a")],
    [
      "bullets, then lines of one character",
      `${filled("- ").slice(0, 30_000)}a\n${filled("b\n").slice(0, 40_000)}`,
    ],
    [
      "bullets, each further to the right",
      Array.from({ length: 370 }, (_, n) => `${" ".repeat(n)}- a`).join("\n"),
    ],
    ["a heading of spaces", filled("# a", `${" ".repeat(LONGEST - 4)}b`)],
    ["a heading of hashes", filled("# ", "b")],
    ["a heading in a list that is hashes", `- # ${filled("#", " b")}`],
    ["a task of spaces", `- [x] a${" ".repeat(LONGEST - 8)}b`],
    ["headings", filled("# a\n")],
    ["underlined lines", filled("a\n-\n")],
    ["lines that continue a quotation", `> ${filled("a\n")}`],
    ["fences", filled("```\n")],
    ["comments that nothing closes", filled("<!--")],
    ["open brackets", filled("[")],
    ["stars", filled("*a ")],
    ["NUL", filled("\0")],
    ["tabs", filled("-\t", "a")],
  ])("of %s is read within a second or two", (_what, body) => {
    const startedAtMs = performance.now();
    for (const text of [body, ...formFields(body).values()]) {
      tasksOf(text);
      itemsOf(text);
    }
    expect(performance.now() - startedAtMs).toBeLessThan(HANGS_AFTER_MS);
  });

  test("that nests deeper than anybody writes is text from there on, and the next field is found", () => {
    expect(Object.keys(fields(`### What\n\n${"- ".repeat(30_000)}a\n\n### Why\n\nb`))).toEqual([
      "what",
      "why",
    ]);
  });

  test("is a list of three thousand tenants to its end", () => {
    const list = Array.from({ length: 3_000 }, (_, n) => `- [${n % 2 ? "x" : " "}] tenant-${n}`).join("\n");
    expect(tasksOf(formFields(`### Tenants\n\n${list}`).get("tenants") ?? "")).toHaveLength(3_000);
  });
});
