import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { differencesAsMarkdown } from "./store-differences";

test("docs/metrics-stores.md lists the differences that the comparison of stores allows, and no other", () => {
  const paper = readFileSync(new URL("../../docs/metrics-stores.md", import.meta.url), "utf8");
  const [, listed] = /<!-- differences: .* -->\n\n(.*)\n\n<!-- end of differences -->/s.exec(paper) ?? [];
  expect(listed).toBe(differencesAsMarkdown());
});
