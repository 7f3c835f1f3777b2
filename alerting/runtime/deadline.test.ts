import { setTimeout as sleep } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { withDeadline } from "./deadline";

const aborted = (signal: AbortSignal) =>
  new Promise<string>((resolve) =>
    signal.addEventListener("abort", () => resolve("aborted"), { once: true }),
  );

test("a deadline fires even when garbage is collected before it", async () => {
  setFlagsFromString("--expose-gc");
  const collect: () => void = runInNewContext("gc");
  const waiting = Array.from({ length: 20 }, () => withDeadline(200, new AbortController().signal, aborted));
  await sleep(20);
  collect();
  expect(await Promise.all(waiting)).toEqual(Array.from({ length: 20 }, () => "aborted"));
});

test("a stop aborts at once, also one that came before", async () => {
  const stop = new AbortController();
  const waiting = withDeadline(60_000, stop.signal, aborted);
  stop.abort();
  expect(await waiting).toBe("aborted");
  expect(await withDeadline(60_000, stop.signal, async (signal) => signal.aborted)).toBe(true);
});

test("what ends in time is not aborted, and its failure is passed on", async () => {
  const stop = new AbortController();
  expect(await withDeadline(60_000, stop.signal, async (signal) => signal.aborted)).toBe(false);
  await expect(withDeadline(60_000, stop.signal, () => Promise.reject(new Error("no")))).rejects.toThrow(
    "no",
  );
});
