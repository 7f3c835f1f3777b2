import { expect, test } from "vitest";
import { markdownText } from "./markdown";

test.each([
  ["1.4.2", "1.4.2"],
  ["a_b*c", "a\\_b\\*c"],
  ["[x](https://evil.example)", "\\[x\\](https://evil.example)"],
  ["<img src=x>", "\\<img src=x\\>"],
  ["![x](y)", "\\!\\[x\\](y)"],
  ["@everyone", "(at)everyone"],
  ["550 5.1.1 <owner@photos.example> unknown", "550 5.1.1 \\<(address)\\> unknown"],
  ["two\n# lines", "two \\# lines"],
  ["a\u202eb", "a b"],
])("%j becomes %j", (text, markdown) => {
  expect(markdownText(text)).toBe(markdown);
});
