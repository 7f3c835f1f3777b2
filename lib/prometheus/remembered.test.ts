import { describe, expect, test } from "vitest";
import { failed, type QueryOutcome, queryFailureOf } from "./failure";
import type { Packing } from "./packing";
import { FAILURE_MEMORY_MS, Remembered } from "./remembered";

/** A number is a byte, so that a capacity can be given in numbers. */
const numbers: Packing<number[], number[]> = {
  pack: (data) => [...data],
  unpack: (kept) => [...kept],
  bytes: (kept) => kept.length,
};

function setUp() {
  let nowMs = 1_000_000;
  let asked = 0;
  const remembered = new Remembered(() => nowMs, numbers, 10_000);
  const ask = (atMs: number, outcome: QueryOutcome<number[]>, kind = "cpu") =>
    remembered.ask(kind, atMs, async () => {
      asked += 1;
      return outcome;
    });
  return {
    ask,
    asked: () => asked,
    pass: (ms: number) => {
      nowMs += ms;
    },
  };
}

const good = (...data: number[]): QueryOutcome<number[]> => ({ ok: true, data });

describe("a question", () => {
  test("is put once, whoever else asks it meanwhile or afterwards", async () => {
    const { ask, asked } = setUp();
    const answers = await Promise.all([ask(1, good(7)), ask(1, good(8)), ask(1, good(9))]);
    answers.push(await ask(1, good(10)));
    expect(asked()).toBe(1);
    expect(answers).toEqual(Array(4).fill({ ok: true, data: [7], atMs: 1 }));
  });

  test("of another time or kind is another question", async () => {
    const { ask, asked } = setUp();
    await Promise.all([ask(1, good(7)), ask(2, good(7)), ask(1, good(7), "memory")]);
    expect(asked()).toBe(3);
  });
});

describe("a failure", () => {
  test("is remembered for a moment, and then the question is put again", async () => {
    const { ask, asked, pass } = setUp();
    await ask(1, failed("timeout", ""));
    pass(FAILURE_MEMORY_MS - 1);
    expect(await ask(1, good(7))).toEqual({ ok: false, failure: queryFailureOf("timeout"), last: null });
    expect(asked()).toBe(1);
    pass(1);
    expect(await ask(1, good(7))).toEqual({ ok: true, data: [7], atMs: 1 });
  });

  test("comes with the newest good answer of its kind, however the answers arrived", async () => {
    const { ask } = setUp();
    await ask(20, good(2));
    await ask(10, good(1));
    await ask(25, good(9), "memory");
    expect(await ask(30, failed("starting", ""))).toEqual({
      ok: false,
      failure: queryFailureOf("starting"),
      last: { data: [2], atMs: 20 },
    });
  });

  test("of the asking itself doesn't leave the question hanging", async () => {
    const remembered = new Remembered(() => 0, numbers, 10_000);
    const broken = () => Promise.reject(new Error("a bug"));
    await expect(remembered.ask("a", 1, broken)).rejects.toThrow("a bug");
    expect(await remembered.ask("a", 1, async () => good(1))).toMatchObject({ ok: true });
  });
});

test.each([
  ["big", 400],
  ["empty", 0],
])("keeps no more than its capacity, of %s answers too", async (_size, length) => {
  const { ask, asked } = setUp();
  const answer = good(...Array(length).fill(1));
  for (let atMs = 0; atMs < 50; atMs += 1) await ask(atMs, answer);
  await ask(49, answer);
  expect(asked()).toBe(50);
  await ask(0, answer);
  expect(asked()).toBe(51);
});
