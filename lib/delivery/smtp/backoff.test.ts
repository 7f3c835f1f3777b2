import fc from "fast-check";
import { expect, test } from "vitest";
import { RETRY_HORIZON_MS, retryDelayMs } from "./backoff";

test("waits 0, 15 s, 1, 5, 15 and 30 min, then an hour each time", () => {
  const seconds = [0, 1, 2, 3, 4, 5, 6, 7, 90].map((attempts) => retryDelayMs(attempts, 0.5) / 1_000);
  expect(seconds).toEqual([0, 15, 60, 300, 900, 1_800, 3_600, 3_600, 3_600]);
});

test("moves each wait by at most a tenth, and never backwards in time", () => {
  fc.assert(
    fc.property(
      fc.nat(500),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (attempts, jitter) => {
        const [delay, middle] = [retryDelayMs(attempts, jitter), retryDelayMs(attempts, 0.5)];
        expect(Math.abs(delay - middle)).toBeLessThanOrEqual(middle * 0.1 + 1);
        expect(delay).toBeGreaterThanOrEqual(0);
      },
    ),
  );
});

test("tries about 75 times within the 72 hours before a mail has failed", () => {
  let [waited, tries] = [0, 0];
  while (waited < RETRY_HORIZON_MS) waited += retryDelayMs(++tries, 0.5);
  expect(tries).toBeGreaterThan(70);
  expect(tries).toBeLessThan(80);
});
