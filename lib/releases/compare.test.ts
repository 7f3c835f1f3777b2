import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type BeforeAndAfter, compareRelease } from "./compare";
import { BLOCKS, type BlockValue, type LineRule } from "./compare-line";

const LATENCY: LineRule = {
  key: "latency/p95",
  unit: "seconds",
  worse: "higher",
  fills: false,
  isNoticed: true,
};
const MEMORY: LineRule = {
  key: "saturation/memory",
  unit: "share",
  worse: "higher",
  fills: true,
  isNoticed: false,
};
const PROBES: LineRule = {
  key: "availability/availability",
  unit: "share",
  worse: "lower",
  fills: false,
  isNoticed: true,
};
const RESTARTS: LineRule = {
  key: "restarts/restarts",
  unit: "count",
  worse: "higher",
  fills: false,
  isNoticed: false,
};

/** Twelve blocks about a value, each a little off. */
const about = (value: number): BlockValue[] =>
  Array.from({ length: BLOCKS }, (_, block) => value * (1 + (((block * 7) % 5) - 2) / 100));
const all = (block: BlockValue): BlockValue[] => Array.from({ length: BLOCKS }, () => block);
const of = (rule: LineRule, blocks: BlockValue[]) => new Map([[rule.key, blocks]]);
const week = (rule: LineRule, before: BlockValue[], after: BlockValue[] = before): BeforeAndAfter => ({
  before: of(rule, before),
  after: of(rule, after),
});

function compared(
  rule: LineRule,
  before: BlockValue[],
  after: BlockValue[],
  lastWeek: BeforeAndAfter | null = week(rule, before),
) {
  const { overall, lines } = compareRelease(of(rule, before), of(rule, after), lastWeek, [rule]);
  return { overall, line: lines[0] };
}

describe("a line", () => {
  test("is worse by a change beyond its spread that lasts, and better the other way", () => {
    expect(compared(LATENCY, about(0.2), about(0.4)).line).toMatchObject({ word: "worse", reason: null });
    expect(compared(LATENCY, about(0.4), about(0.2)).overall).toBe("better");
    expect(compared(PROBES, about(1), about(0.9)).overall).toBe("worse");
    expect(compared(PROBES, about(0.9), about(1)).overall).toBe("better");
  });

  test("shows the medians of its blocks, of last week too", () => {
    const { line } = compared(LATENCY, all(0.2), all(0.4), week(LATENCY, all(0.1), all(0.15)));
    expect(line).toMatchObject({ before: 0.2, after: 0.4, lastWeek: { before: 0.1, after: 0.15 } });
  });

  test("is the same after a change that is over, however high it was", () => {
    const peak = [...all(9).slice(0, 7), ...about(0.2).slice(0, 5)];
    expect(compared(LATENCY, about(0.2), peak).overall).toBe("same");
  });

  test("is the same where last week changed as much at the same hours", () => {
    const lastWeek = week(LATENCY, about(0.2), about(0.4));
    expect(compared(LATENCY, about(0.2), about(0.4), lastWeek).overall).toBe("same");
  });

  test("is the same where last week alone was odd", () => {
    expect(compared(LATENCY, about(0.2), about(0.2), week(LATENCY, about(0.2), about(0.8))).overall).toBe(
      "same",
    );
    expect(compared(LATENCY, about(0.2), about(0.2), week(LATENCY, about(0.8), about(0.2))).overall).toBe(
      "same",
    );
  });

  test("is the same after a change within its spread, or of a few ms", () => {
    const uneven = about(0.2).map((value, block) => Number(value) * (block % 3 === 0 ? 2.5 : 1));
    expect(compared(LATENCY, uneven, about(0.35)).overall).toBe("same");
    expect(compared(LATENCY, about(0.004), about(0.012)).overall).toBe("same");
  });

  test("can't be told from the time of day without last week, and is the same where nothing differs", () => {
    expect(compared(LATENCY, about(0.2), about(0.4), null).line).toMatchObject({
      word: "unclear",
      reason: { kind: "no-last-week" },
      before: expect.any(Number),
    });
    expect(compared(LATENCY, about(0.2), about(0.2), null).overall).toBe("same");
  });

  test("can't be told where too few blocks have a value, and says whether that is for want of requests", () => {
    const gaps = [...about(0.2).slice(0, 8), ...all(null).slice(0, 4)];
    const idle = [...about(0.2).slice(0, 8), ...all("idle").slice(0, 4)];
    const reasonOf = (before: BlockValue[], after: BlockValue[]) =>
      compared(LATENCY, before, after).line?.reason;
    expect(reasonOf(gaps, about(0.4))).toEqual({ kind: "no-data", when: "before" });
    expect(reasonOf(about(0.2), gaps)).toEqual({ kind: "no-data", when: "after" });
    expect(reasonOf(about(0.2), idle)).toEqual({ kind: "no-traffic", when: "after" });
    expect(compared(LATENCY, about(0.2), all(null)).overall).toBe("unclear");
  });

  test("that fills up is worse with more in it, and not better with less, as each start has", () => {
    expect(compared(MEMORY, about(0.4), about(0.8)).overall).toBe("worse");
    expect(compared(MEMORY, about(0.8), about(0.4)).line?.word).toBe("same");
  });

  test("of counts is worse by its sum, if it isn't one moment", () => {
    const restarts = (...blocks: number[]) => all(0).map((_, block) => blocks[block] ?? 0);
    expect(compared(RESTARTS, all(0), restarts(1, 0, 1)).line).toMatchObject({
      before: 0,
      after: 2,
      word: "same",
    });
    expect(compared(RESTARTS, all(0), restarts(1, 0, 1, 0, 1)).overall).toBe("worse");
    expect(compared(RESTARTS, all(0), restarts(12)).line?.word).toBe("same");
  });
});

describe("a release", () => {
  const both = (latency: BlockValue[], memory: BlockValue[]) =>
    new Map([
      [LATENCY.key, latency],
      [MEMORY.key, memory],
    ]);
  const rules = [LATENCY, MEMORY];

  test("is worse if one line is, whatever the others are", () => {
    const [before, after] = [both(about(0.2), about(0.4)), both(all(null), about(0.8))];
    expect(compareRelease(before, after, { before, after: before }, rules).overall).toBe("worse");
  });

  test("is the same or better only where what users notice can be compared", () => {
    const before = both(about(0.2), about(0.4));
    const noLatency = both(all("idle"), about(0.4));
    const noMemory = both(about(0.2), all(null));
    expect(compareRelease(before, noLatency, { before, after: before }, rules).overall).toBe("unclear");
    expect(compareRelease(before, noMemory, { before, after: before }, rules).overall).toBe("same");
  });

  test("says nothing of a line that never had a value, unless it couldn't be asked", () => {
    const before = both(about(0.2), all(null));
    const usual = { before, after: before };
    expect(compareRelease(before, before, usual, rules).lines.map(({ rule }) => rule.key)).toEqual([
      LATENCY.key,
    ]);
    const { lines } = compareRelease(before, before, usual, rules, ({ key }) =>
      key === MEMORY.key ? { kind: "not-asked", message: "No answer." } : null,
    );
    expect(lines[1]).toMatchObject({ word: "unclear", reason: { kind: "not-asked" } });
  });

  test("isn't called worse for what a failing component can explain", () => {
    const [before, after] = [of(LATENCY, about(0.2)), of(LATENCY, about(0.4))];
    const { overall, lines } = compareRelease(before, after, { before, after: before }, [LATENCY], () => ({
      kind: "component",
      name: "Ingress",
    }));
    expect(overall).toBe("unclear");
    expect(lines[0]).toMatchObject({ reason: { name: "Ingress" }, after: expect.any(Number) });
  });

  test("of which nothing is measured that users notice can't be told, unless something is worse", () => {
    const [before, after] = [of(MEMORY, about(0.4)), of(MEMORY, about(0.8))];
    expect(compareRelease(before, before, { before, after: before }, rules).overall).toBe("unclear");
    expect(compareRelease(before, after, { before, after: before }, rules).overall).toBe("worse");
  });

  test("without any line can't be told", () => {
    expect(compareRelease(new Map(), new Map(), null, rules)).toEqual({ overall: "unclear", lines: [] });
  });
});

describe("whatever is measured", () => {
  const block = fc.oneof(
    { weight: 8, arbitrary: fc.double({ min: 0, max: 1, noNaN: true }) },
    { weight: 1, arbitrary: fc.constantFrom<BlockValue>("idle", null) },
  );
  const blocks = fc.array(block, { minLength: BLOCKS, maxLength: BLOCKS });
  const anyRule = fc.constantFrom(LATENCY, MEMORY, PROBES, RESTARTS);

  test("a release after which everything is as before is never worse or better", () => {
    fc.assert(
      fc.property(anyRule, blocks, blocks, (rule, before, usual) => {
        const { overall, line } = compared(rule, before, before, week(rule, usual));
        expect(["same", "unclear"]).toContain(overall);
        expect(["same", "unclear", undefined]).toContain(line?.word);
      }),
    );
  });

  test("before and after swapped of values in any order are hardly ever worse: at most 1 in 1,000", () => {
    const shuffled = fc.shuffledSubarray(
      Array.from({ length: 4 * BLOCKS }, (_, index) => index / BLOCKS),
      { minLength: 4 * BLOCKS },
    );
    const orders = fc.sample(shuffled, { seed: 5, numRuns: 3_000 });
    const worse = orders.filter((values) => {
      const part = (index: number) => values.slice(index * BLOCKS, (index + 1) * BLOCKS);
      return compared(LATENCY, part(0), part(1), week(LATENCY, part(2), part(3))).overall === "worse";
    });
    expect(worse.length).toBeLessThanOrEqual(3);
  });

  test("no value is ever made up: what is shown lies among the blocks", () => {
    fc.assert(
      fc.property(blocks, blocks, (before, after) => {
        const { line } = compared(LATENCY, before, after, null);
        const values = after.filter((each) => typeof each === "number");
        if (line?.after == null) return;
        expect(line.after).toBeGreaterThanOrEqual(Math.min(...values));
        expect(line.after).toBeLessThanOrEqual(Math.max(...values));
      }),
    );
  });
});
