import { expect, test } from "vitest";
import { backoffMs } from "./backoff";
import { readProc, readPs } from "./measure";
import { nextVersion } from "./versions";

test("reads processor time and memory from /proc, whatever the command is called", () => {
  const stat = "42 (node (a) b) S 1 42 42 0 -1 4194560 100 0 0 0 250 50 0 0 20 0 11 0 999 1000 2000";
  expect(readProc(stat, "Name:\tnode\nVmRSS:\t   81920 kB\n")).toEqual({
    cpuSeconds: 3,
    residentBytes: 81_920 * 1024,
  });
});

test("says nothing of a process that has ended and waits to be collected", () => {
  expect(readProc("42 (node) Z 1 42 42 0 -1 0 0 0 0 0 250 50 0 0", "Name:\tnode\n")).toBeNull();
});

test.each([
  ["  81920 0:03.50\n", 3.5],
  ["81920 00:01:02", 62],
  ["81920 1-00:00:05", 86_405],
])("reads %j as ps writes it", (line, cpuSeconds) => {
  expect(readPs(line)).toEqual({ cpuSeconds, residentBytes: 81_920 * 1024 });
});

test("waits longer after each crash in a row, up to a minute", () => {
  expect([1, 2, 3, 4, 5, 6, 20].map(backoffMs)).toEqual([
    2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000,
  ]);
});

test("counts the patch version up, past nine as well", () => {
  expect(["1.4.2", "0.9.9"].map(nextVersion)).toEqual(["1.4.3", "0.9.10"]);
});
