import { expect, test } from "vitest";
import { NONE_HIDDEN, toggled } from "./hidden-lines";

const LINES = ["p50", "p95"];

test("a line is hidden and shown again", () => {
  const hidden = toggled(NONE_HIDDEN, "p50", LINES);
  expect([...hidden]).toEqual(["p50"]);
  expect(toggled(hidden, "p50", LINES).size).toBe(0);
  expect(NONE_HIDDEN.size).toBe(0);
});

test("the last line that is shown can't be hidden", () => {
  const hidden = toggled(NONE_HIDDEN, "p50", LINES);
  expect(toggled(hidden, "p95", LINES)).toBe(hidden);
  expect(toggled(NONE_HIDDEN, "p95", ["p95"])).toBe(NONE_HIDDEN);
});
