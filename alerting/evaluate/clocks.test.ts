import { describe, expect, test } from "vitest";
import { writePermit } from "./clocks";
import { slotTiming } from "./slot";

const SLOT = Date.UTC(2026, 10, 21, 10);
const INTERVAL_SECONDS = 30;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe("a slot", () => {
  test.each<[string, number, number | null, ReturnType<typeof slotTiming>]>([
    ["of now, the first of all", 0, null, "current"],
    ["of now, after the last one", 5_000, -30_000, "current"],
    ["whose cycle runs into the next one", 45_000, -30_000, "current"],
    ["of two intervals ago, whatever was written since", 60_000, -30_000, "late"],
    ["of two intervals ago, with later cycles", 60_000, 30_000, "late"],
    ["of a day ago, with later cycles", DAY, DAY - 30_000, "late"],
    ["that another has written", 5_000, 0, "taken"],
    ["after which another has written the next one", 35_000, 30_000, "taken"],
    ["of a clock that was put back by an hour since it began", -HOUR, -30_000, "late"],
    ["with cycles of a clock that was put back by less than two intervals", 5_000, 60_000, "taken"],
    ["with cycles of a clock that ran an hour ahead", 5_000, HOUR, "ahead"],
    ["with cycles of a clock that ran a day ahead", 5_000, DAY, "ahead"],
  ])("%s", (_, sinceMs, newestMs, standing) => {
    const newest = newestMs === null ? null : SLOT + newestMs;
    expect(slotTiming(SLOT, SLOT + sinceMs, newest, INTERVAL_SECONDS)).toBe(standing);
  });

  test("of a short interval has ten seconds at least, so that a slow machine judges at all", () => {
    expect(slotTiming(SLOT, SLOT + 9_999, null, 1)).toBe("current");
    expect(slotTiming(SLOT, SLOT + 10_000, null, 1)).toBe("late");
  });
});

/** What may be done where cycles lie ahead by `aheadMs`, with the store's clock and this machine's as far off the database's. */
function permit(aheadMs: number, prometheusMs: number | null, workerMs: number) {
  const databaseMs = Date.now() - workerMs;
  const fleet = {
    ask: async () => Promise.reject(new Error("not asked")),
    clockMs: () => (prometheusMs === null ? null : databaseMs + prometheusMs),
  };
  const options = { fleet, clockOf: (ms: number) => ms, intervalSeconds: INTERVAL_SECONDS };
  return writePermit(options, databaseMs - 1_000, { databaseMs, newestMs: databaseMs + aheadMs });
}

describe("cycles that lie ahead", () => {
  test.each([HOUR, DAY])("are deleted where the database's clock was put right by %i ms", (jumpMs) => {
    expect(permit(jumpMs, 0, 0)).toBe("after-removal");
    expect(permit(jumpMs, null, 0)).toBe("after-removal");
  });

  test.each([HOUR, DAY])("are proof where the database's clock alone was put back by %i ms", (jumpMs) => {
    expect(permit(jumpMs, jumpMs, jumpMs)).toBe("clock");
    expect(permit(jumpMs, null, jumpMs)).toBe("clock");
  });

  test.each([-DAY, -HOUR, HOUR, DAY])(
    "are deleted though this machine's own clock is off by %i ms",
    (offMs) => {
      expect(permit(HOUR, 0, offMs)).toBe("after-removal");
    },
  );

  test.each([-DAY, -HOUR, HOUR, DAY])(
    "aren't while Prometheus's clock is off by %i ms: nothing could be judged",
    (offMs) => {
      expect(permit(HOUR, offMs, 0)).toBe("clock");
    },
  );
});

describe("a clock that is off by itself, with no cycle ahead", () => {
  test.each([-DAY, -HOUR, HOUR, DAY])("keeps no slot from being written, be it off by %i ms", (offMs) => {
    expect(permit(-30_000, offMs, 0)).toBe("write");
    expect(permit(-30_000, 0, offMs)).toBe("write");
  });
});
