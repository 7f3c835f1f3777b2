import { expect, test } from "vitest";
import { createLiveness } from "./liveness";

/** A process whose state a test sets, and the probe's answer once the look that it begins has ended. */
function process(state: { stuckMs: number; reachable: boolean }) {
  const alive = createLiveness(
    { stuckMs: () => state.stuckMs, isDatabaseReachable: async () => state.reachable },
    60_000,
  );
  return async () => {
    alive();
    await Promise.resolve();
    await Promise.resolve();
    return alive();
  };
}

test("a process that gets no answer though the database answers others is not alive, until it gets one", async () => {
  const state = { stuckMs: 60_001, reachable: true };
  const probe = process(state);
  expect(await probe()).toBe(false);
  state.stuckMs = 0;
  expect(await probe()).toBe(true);
});

test("a database that is away restarts nobody, however long", async () => {
  expect(await process({ stuckMs: 86_400_000, reachable: false })()).toBe(true);
});

test("a process that works, or was stuck for a short time, is alive", async () => {
  expect(await process({ stuckMs: 0, reachable: true })()).toBe(true);
  expect(await process({ stuckMs: 60_000, reachable: true })()).toBe(true);
});

test("a probe never waits for the database, and looks once at a time", async () => {
  let looks = 0;
  const alive = createLiveness(
    {
      stuckMs: () => 60_001,
      isDatabaseReachable: () => {
        looks += 1;
        return new Promise(() => {});
      },
    },
    60_000,
  );
  expect([alive(), alive(), alive()]).toEqual([true, true, true]);
  expect(looks).toBe(1);
});
