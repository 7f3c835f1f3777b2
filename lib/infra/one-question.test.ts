import { expect, test, vi } from "vitest";
import { oneQuestion } from "./one-question";

test("a question that hangs is given up, and not asked again while it hangs", async () => {
  const ask = vi.fn(() => new Promise<number>(() => {}));
  const asked = oneQuestion(ask, 5);
  expect(await asked()).toBeNull();
  expect(await asked()).toBeNull();
  expect(ask).toHaveBeenCalledTimes(1);
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
