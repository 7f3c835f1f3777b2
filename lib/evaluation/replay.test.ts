import { expect, test } from "vitest";
import { type ReplayPoint, replay } from "./replay";
import type { JudgedThreshold } from "./step";

const above5: JudgedThreshold = {
  value: 5,
  inclusive: false,
  forSeconds: 120,
  recoverForSeconds: 120,
  worse: "higher",
};

/** One character a minute: a digit is a value, a dot is no data, a question mark unknown. */
function minutes(text: string): ReplayPoint[] {
  return [...text].map((mark, minute) => ({
    atMs: minute * 60_000,
    reading:
      mark === "."
        ? { kind: "no-data" }
        : mark === "?"
          ? { kind: "unknown" }
          : { kind: "value", value: Number(mark) },
  }));
}

const spansOf = (text: string) =>
  replay(minutes(text), above5, 60).spans.map(
    ({ condition, fromMs, toMs }) => `${condition} ${fromMs / 60_000}-${toMs / 60_000}`,
  );

test("a quiet series has no span and is ok", () => {
  expect(spansOf("1111")).toEqual([]);
  expect(replay(minutes("1111"), above5, 60).state.judged).toEqual({ condition: "ok", sinceMs: 0 });
});

test("spans follow each other without a gap or an overlap, from breach to recovery", () => {
  expect(spansOf("1199911111")).toEqual(["pending 2-4", "firing 4-5", "recovering 5-7"]);
});

test("a span that is still open ends at the last point", () => {
  expect(spansOf("1199999")).toEqual(["pending 2-4", "firing 4-6"]);
});

test("a gap in the series neither fires nor resolves", () => {
  expect(spansOf("119.....9911")).toEqual(["pending 2-9", "firing 9-10", "recovering 10-11"]);
  expect(spansOf("11999....")).toEqual(["pending 2-4", "firing 4-8"]);
});

test("time that could not be asked about counts for nothing", () => {
  expect(spansOf("9???9")).toEqual(["pending 0-4"]);
});

test("every edge is reported with the value that was judged", () => {
  expect(replay(minutes("999111"), above5, 60).transitions).toEqual([
    { kind: "breach-began", atMs: 0, value: 9 },
    { kind: "fired", atMs: 120_000, value: 9 },
    { kind: "recovery-began", atMs: 180_000, value: 1 },
    { kind: "recovered", atMs: 300_000, value: 1 },
  ]);
});

test("goes on from a given state", () => {
  const first = replay(minutes("999"), above5, 60).state;
  const later = minutes("11").map((point) => ({ ...point, atMs: point.atMs + 180_000 }));
  expect(replay(later, above5, 60, first).spans).toEqual([
    { condition: "recovering", fromMs: 180_000, toMs: 240_000 },
  ]);
});

test("no points at all leave the state as it was", () => {
  expect(replay([], above5, 60)).toMatchObject({ spans: [], transitions: [] });
});
