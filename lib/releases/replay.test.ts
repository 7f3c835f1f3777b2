import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { seededRandom } from "@/demo/platform/random";
import { replayRelease, worlds } from "./replay.fixture";

// The rates that docs/reading.md gives: how often a release is called worse that changed nothing, and one that changed something.

const NOTHING_CHANGED = 2_000;
const CHANGED = 500;
const TWICE = 2;
const HALF_MORE = 1.5;

const NAMES = Object.keys(worlds(1));

/** How many of a thousand releases are called worse, and better. */
function perThousand(name: string, factor: number): { worse: number; better: number } {
  const world = worlds(factor)[name];
  if (!world) throw new Error(name);
  const isChange = factor !== 1;
  const releases = isChange ? CHANGED : NOTHING_CHANGED;
  const random = seededRandom(11);
  const words = Array.from({ length: releases }, () => replayRelease(world, isChange, random).overall);
  const of = (word: string) => (words.filter((each) => each === word).length / releases) * 1_000;
  return { worse: of("worse"), better: of("better") };
}

const nothingChanged = new Map(NAMES.map((name) => [name, perThousand(name, 1)]));

describe("of 1,000 releases that changed nothing", () => {
  test.each(NAMES)("at most 7 are called worse, and 7 better: %s", (name) => {
    expect(nothingChanged.get(name)?.worse).toBeLessThanOrEqual(7);
    expect(nothingChanged.get(name)?.better).toBeLessThanOrEqual(7);
  });

  test("at most 2 are called worse on average over all kinds", () => {
    const rates = [...nothingChanged.values()].map(({ worse }) => worse);
    expect(rates.reduce((sum, rate) => sum + rate, 0) / rates.length).toBeLessThanOrEqual(2);
  });
});

test("docs/reading.md has the rates that are measured here", async () => {
  const paper = await readFile(new URL("../../docs/reading.md", import.meta.url), "utf8");
  const rows = NAMES.map((name) => {
    const rates = [nothingChanged.get(name), perThousand(name, HALF_MORE), perThousand(name, TWICE)];
    return `| ${name} | ${rates.map((rate) => rate?.worse.toLocaleString("en-GB")).join(" | ")} |`;
  });
  expect(rows.filter((row) => !paper.includes(row))).toEqual([]);
});
