import { describe, expect, test } from "vitest";
import { lastErrorOf, othersOf } from "./reported-signals";

const NOW_MS = Date.UTC(2026, 10, 21, 15);
const error = (text: string, seconds: number) => ({ labels: { error: text }, value: seconds });
const seconds = NOW_MS / 1000;

describe("the last error of a job", () => {
  test("is the one with the newest time, whichever order they come in", () => {
    const errors = [error("second", seconds - 10), error("first", seconds - 20)];
    expect(lastErrorOf(errors, NOW_MS)).toEqual({ text: "second", atMs: NOW_MS - 10_000 });
    expect(lastErrorOf(errors.toReversed(), NOW_MS)?.text).toBe("second");
  });

  test.each([
    ["an hour ahead", seconds + 3_600],
    ["in milliseconds", NOW_MS],
    ["infinite", Number.POSITIVE_INFINITY],
  ])("whose time is %s is reported without a time", (_, at) => {
    expect(lastErrorOf([error("disk full", at)], NOW_MS)).toEqual({ text: "disk full", atMs: null });
  });

  test("without words or without a time is none", () => {
    expect(lastErrorOf([error(" \n", seconds), error("x", Number.NaN), error("x", 0)], NOW_MS)).toBeNull();
    expect(lastErrorOf([], NOW_MS)).toBeNull();
  });

  test("is one line without control or hidden characters, and not without end", () => {
    const notified =
      lastErrorOf([error(`a\n\tb\u202ec\u0007 ${"x".repeat(900)}`, seconds)], NOW_MS)?.text ?? "";
    expect(notified).toMatch(/^a b c x+…$/);
    expect(notified.length).toBe(300);
    expect(lastErrorOf([error("\u3164\u2800", seconds)], NOW_MS)).toBeNull();
    const joined = "کتاب\u200cخانه";
    expect(lastErrorOf([error(joined, seconds)], NOW_MS)?.text).toBe(joined);
    const cut = lastErrorOf([error(`${"x".repeat(298)}😀${"x".repeat(9)}`, seconds)], NOW_MS)?.text;
    expect(cut).toBe(`${"x".repeat(298)}…`);
  });
});

test("what else a job emits is its own alone, finite, a dozen at most, by name", () => {
  const sample = (name: string, value: number, job = "move") => ({
    labels: { __name__: name, job_name: job },
    value,
  });
  const many = Array.from({ length: 20 }, (_, index) =>
    sample(`migration_x${String(index).padStart(2, "0")}`, index),
  );
  expect(othersOf(many.toReversed(), "move").map(({ name }) => name)).toEqual(
    many.slice(0, 12).map(({ labels }) => labels.__name__),
  );
  expect(othersOf([sample("migration_\u202ea", 1), sample("\u200b", 1)], "move")).toEqual([
    { name: "migration_ a", value: 1 },
  ]);
  expect(othersOf([sample("migration_a", Number.NaN), sample("migration_b", 1, "other")], "move")).toEqual(
    [],
  );
});
