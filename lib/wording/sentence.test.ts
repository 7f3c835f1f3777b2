import { expect, test } from "vitest";
import { inSentence, list, thresholdInWords, valueInWords } from "./sentence";

const plain = (text: string) => text.replaceAll("\u00a0", " ");

test.each([
  [1, "share", "100 %"],
  [0.99999, "share", "99.99 %"],
  [0.9961, "share", "99.61 %"],
  [0.071, "share", "7.1 %"],
  [0.0004, "share", "less than 0.1 %"],
  [0, "share", "0 %"],
  [0.212, "seconds", "212 ms"],
  [0.9999, "seconds", "1 s"],
  [1.234, "seconds", "1.23 s"],
  [12.4, "seconds", "12.4 s"],
  [3, "count", "3"],
  [2.5, "count", "2.5"],
] as const)("%d as %s reads %s", (value, unit, expected) => {
  expect(plain(valueInWords(value, unit))).toBe(expected);
});

test("a threshold says on which side of it the alert is, and whether the value itself counts", () => {
  const threshold = { value: 3, inclusive: false, forSeconds: 0, recoverForSeconds: 0 };
  expect(thresholdInWords(threshold, "higher", "count")).toBe("above 3");
  expect(thresholdInWords(threshold, "lower", "count")).toBe("below 3");
  expect(thresholdInWords({ ...threshold, inclusive: true }, "higher", "count")).toBe("at 3 or more");
  expect(thresholdInWords({ ...threshold, inclusive: true }, "lower", "count")).toBe("at 3 or less");
});

test("names are joined as in a sentence", () => {
  expect(list(["a"])).toBe("a");
  expect(list(["a", "b", "c"])).toBe("a, b and c");
  expect(inSentence("Error rate")).toBe("error rate");
  expect(inSentence("CPU")).toBe("CPU");
});
