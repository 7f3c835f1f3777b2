import { expect, test } from "vitest";
import { readUsage, UsageError } from "./usage";

const options = { since: { type: "string" }, help: { type: "boolean" } } as const;

test("reads what was typed", () => {
  expect(readUsage({ args: ["--since", "7d"], options }).values).toMatchObject({ since: "7d" });
});

test.each([[["--untill", "7d"]], [["--since"]], [["--help=yes"]], [["photos"]]])(
  "%j is wrong usage, in one sentence",
  (args) => {
    expect(() => readUsage({ args, options })).toThrow(UsageError);
  },
);

test("a mistake in the command's own options is no usage", () => {
  const mistaken = { since: { type: "text" } } as unknown as typeof options;
  expect(() => readUsage({ args: [], options: mistaken })).toThrow(TypeError);
});
