import { expect, test } from "vitest";
import type { Answer } from "@/lib/prometheus/answer";
import { askInPieces } from "./ask-in-pieces";

const known = (data: number): Answer<number> => ({ ok: true, data, atMs: 0 });
const failed: Answer<number> = { ok: false, failure: { code: "timeout", message: "Too slow." }, last: null };
const QUICKLY = { atOnce: 2, againAfterMs: 1 };

test("all parts come in their order", async () => {
  expect(await askInPieces(4, async (part) => known(part), QUICKLY)).toEqual([0, 1, 2, 3]);
});

test("a part whose question fails is asked for once more", async () => {
  const asked: number[] = [];
  const ask = async (part: number) => {
    asked.push(part);
    return part === 1 && asked.filter((each) => each === 1).length === 1 ? failed : known(part);
  };
  expect(await askInPieces(3, ask, QUICKLY)).toEqual([0, 1, 2]);
  expect(asked.filter((each) => each === 1)).toHaveLength(2);
});

test("nothing more is asked once a part is lost", async () => {
  const asked: number[] = [];
  const ask = async (part: number) => {
    asked.push(part);
    return null;
  };
  expect(await askInPieces(30, ask, QUICKLY)).toBeNull();
  expect(asked).toEqual([0, 1]);
});

test("who waits to ask again holds nobody's place, and waits no longer than for the first part that is lost", async () => {
  const asked: number[] = [];
  const ask = async (part: number) => {
    asked.push(part);
    return part < 2 ? failed : part < 5 ? known(part) : null;
  };
  // Parts 0 and 1 would wait for an hour. Part 5 is asked for meanwhile, and ends it.
  expect(await askInPieces(6, ask, { atOnce: 2, againAfterMs: 3_600_000 })).toBeNull();
  expect(asked).toEqual([0, 1, 2, 3, 4, 5]);
});

test("what is thrown ends it as well", async () => {
  const asked: number[] = [];
  const ask = async (part: number): Promise<Answer<number>> => {
    asked.push(part);
    throw new Error("no database");
  };
  await expect(askInPieces(30, ask, QUICKLY)).rejects.toThrow("no database");
  expect(asked).toEqual([0, 1]);
});
