import { expect, test } from "vitest";
import type { Answer } from "@/lib/prometheus/answer";
import { mapAnswer, together } from "./combine";

const good = (data: number, atMs: number): Answer<number> => ({ ok: true, data, atMs });
const failed = (message: string, last: { data: number; atMs: number } | null = null): Answer<number> => ({
  ok: false,
  failure: { code: "timeout", message },
  last,
});

test("good answers together are as old as the oldest", () => {
  expect(together({ a: good(1, 20), b: good(2, 10) })).toEqual({ ok: true, data: { a: 1, b: 2 }, atMs: 10 });
});

test("one failure fails the whole, and the last good one fills its place only in what is known", () => {
  expect(together({ a: good(1, 20), b: failed("Too slow.", { data: 9, atMs: 5 }) })).toEqual({
    ok: false,
    failure: { code: "timeout", message: "Too slow." },
    last: { data: { a: 1, b: 9 }, atMs: 5 },
  });
});

test("what was never answered leaves nothing known", () => {
  expect(together({ a: good(1, 20), b: failed("Too slow.") })).toMatchObject({ ok: false, last: null });
});

test("a view of an answer is also taken of its last good data", () => {
  const double = (data: number) => data * 2;
  expect(mapAnswer(good(2, 1), double)).toEqual(good(4, 1));
  expect(mapAnswer(failed("No.", { data: 3, atMs: 1 }), double)).toEqual(failed("No.", { data: 6, atMs: 1 }));
});
