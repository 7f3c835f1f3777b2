import { expect, test } from "vitest";
import { sideReasons } from "./side-reasons";

const reason = (id: number, side: "yours" | "platform" | "neither") => ({ id, side });
const reasons = [reason(1, "neither"), reason(2, "yours"), reason(3, "platform"), reason(4, "platform")];

test.each([
  ["yours", [2]],
  ["platform", [3]],
  ["both", [3, 2]],
  ["unclear", []],
] as const)(
  "%s is shown with the weightiest reason of each party that it names, and no other",
  (side, ids) => {
    expect(sideReasons(side, reasons).map(({ id }) => id)).toEqual(ids);
  },
);

test("a side for which nothing speaks any more has no reason of another", () => {
  expect(sideReasons("yours", [reason(3, "platform")])).toEqual([]);
});
