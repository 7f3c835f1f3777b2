import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { log } from "@/lib/infra/log";
import { createLogOnce } from "./log-once";

const logged = () =>
  vi.mocked(log.error).mock.calls.map(([fields]) => String((fields as { err: unknown }).err));
beforeEach(() => {
  vi.spyOn(log, "error").mockImplementation(() => {});
});
afterEach(() => {
  vi.restoreAllMocks();
});

test("logs a failure once for as long as it lasts", () => {
  const once = createLogOnce("It failed.");
  for (let times = 0; times < 3; times++) once.failed(new Error("full"));
  once.worked();
  once.failed(new Error("full"));
  expect(logged()).toEqual(["Error: full", "Error: full"]);
});

test("logs another failure that comes while the first lasts", () => {
  const once = createLogOnce("It failed.");
  once.failed(Object.assign(new Error("connect"), { code: "ECONNREFUSED" }));
  once.failed(new Error("Connection terminated unexpectedly"));
  once.failed(new TypeError("x is not a function"));
  expect(logged()).toEqual(["Error: connect", "TypeError: x is not a function"]);
});
