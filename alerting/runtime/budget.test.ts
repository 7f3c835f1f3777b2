import fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createBudget, FOLLOW_UPS, type FollowUp, type TimeLimit } from "./budget";
import { followUpsCutTotal } from "./metrics";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** What never answers ends with its time. */
const hangs = ({ signal }: TimeLimit) =>
  new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));

async function cuts(question: FollowUp): Promise<number> {
  const { values } = await followUpsCutTotal.get();
  return values.find(({ labels }) => labels.question === question)?.value ?? 0;
}

const running = () => new AbortController().signal;

test("follow-ups that all hang end within the budget together, and each of them has some of it", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1_000, max: 60_000 }),
      fc.array(fc.tuple(fc.constantFrom(...FOLLOW_UPS), fc.integer({ min: 1, max: 20_000 })), {
        maxLength: 9,
      }),
      async (totalMs, followUps) => {
        const budget = createBudget(totalMs, running());
        const startedMs = performance.now();
        for (const [followUp, atMostMs] of followUps) {
          let givenMs = 0;
          const asked = budget(followUp, atMostMs, (limit) => {
            givenMs = limit.leftMs();
            return hangs(limit);
          });
          await vi.advanceTimersToNextTimerAsync();
          await asked;
          expect(givenMs).toBeGreaterThan(0);
          expect(givenMs).toBeLessThanOrEqual(atMostMs);
        }
        // A timer is set in whole milliseconds, and may be one late.
        expect(performance.now() - startedMs).toBeLessThanOrEqual(totalMs + followUps.length);
      },
    ),
  );
});

test("what is cut is counted, and what ends in time isn't", async () => {
  const budget = createBudget(10_000, running());
  const before = [await cuts("parts"), await cuts("waiting")];
  const asked = budget("parts", 4_000, hangs);
  await vi.advanceTimersByTimeAsync(4_000);
  await asked;
  expect(await budget("waiting", 4_000, async ({ leftMs }) => leftMs())).toBe(3_000);
  expect([await cuts("parts"), await cuts("waiting")]).toEqual([(before[0] ?? 0) + 1, before[1]]);
});

test("what stays without an answer for want of time is counted, also where time is left", async () => {
  const before = await cuts("parts");
  await createBudget(10_000, running())("parts", 4_000, async ({ cut }) => cut());
  expect(await cuts("parts")).toBe(before + 1);
});

test("a stop ends what is under way, and isn't counted as cut", async () => {
  const stop = new AbortController();
  const before = await cuts("parts");
  const asked = createBudget(10_000, stop.signal)("parts", 4_000, hangs);
  stop.abort();
  await asked;
  expect(await cuts("parts")).toBe(before);
});
