import { afterEach, expect, test, vi } from "vitest";
import { beginSigningOut, isSigningOut } from "./signing-out";

afterEach(() => {
  vi.useRealTimers();
});

test("signing out is on its way for half a minute from the moment that its form is sent", () => {
  vi.useFakeTimers({ toFake: ["performance"] });
  expect(isSigningOut()).toBe(false);
  beginSigningOut();
  vi.advanceTimersByTime(29_999);
  expect(isSigningOut()).toBe(true);
  vi.advanceTimersByTime(1);
  expect(isSigningOut()).toBe(false);
});
