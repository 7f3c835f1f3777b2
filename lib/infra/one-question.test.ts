import { expect, test, vi } from "vitest";
import { log } from "./log";
import { oneQuestion } from "./one-question";

test("a question that hangs is given up, and not asked again while it hangs", async () => {
  const ask = vi.fn(() => new Promise<number>(() => {}));
  const asked = oneQuestion(ask, 5);
  expect(await asked()).toBeNull();
  expect(await asked()).toBeNull();
  expect(ask).toHaveBeenCalledTimes(1);
});

test("a failure is logged, save that the database is away", async () => {
  const logged = vi.spyOn(log, "error").mockImplementation(() => {});
  const mistake = new TypeError("x is not a function");
  const away = Object.assign(new Error("connect"), { code: "ECONNREFUSED" });
  const ask = vi.fn<() => Promise<number>>().mockRejectedValueOnce(away).mockRejectedValueOnce(mistake);
  const asked = oneQuestion(ask, 5_000);
  expect([await asked(), await asked()]).toEqual([null, null]);
  expect(logged.mock.calls).toEqual([[{ err: mistake }, expect.any(String)]]);
});

test("one that was answered, or failed, is asked anew", async () => {
  const ask = vi
    .fn<() => Promise<number>>()
    .mockResolvedValueOnce(1)
    .mockRejectedValueOnce(new Error())
    .mockResolvedValue(2);
  const asked = oneQuestion(ask, 5_000);
  expect([await asked(), await asked(), await asked()]).toEqual([1, null, 2]);
});
