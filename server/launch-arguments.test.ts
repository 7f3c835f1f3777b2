import { expect, test } from "vitest";
import { readLaunchArguments } from "./launch-arguments";
import { UsageError } from "./usage";

const EVERYWHERE = { hostname: "0.0.0.0", port: undefined };

test.each([
  [["web"], { kind: "parts", parts: ["web"], ...EVERYWHERE }],
  [["worker"], { kind: "parts", parts: ["worker"], ...EVERYWHERE }],
  [["web", "worker"], { kind: "parts", parts: ["web", "worker"], ...EVERYWHERE }],
  [
    ["web", "-H", "127.0.0.1", "-p", "4000"],
    { kind: "parts", parts: ["web"], hostname: "127.0.0.1", port: "4000" },
  ],
  [["--", "next", "dev", "-p", "4000"], { kind: "command", words: ["next", "dev", "-p", "4000"] }],
  [["--prepare-only"], { kind: "nothing" }],
])("%j is understood", (args, run) => {
  expect(readLaunchArguments(args)).toEqual({ databaseOnly: false, run });
});

test("a command may do without anything but the database, and help is asked for in its place", () => {
  expect(readLaunchArguments(["--database-only", "--", "node"])).toEqual({
    databaseOnly: true,
    run: { kind: "command", words: ["node"] },
  });
  expect(readLaunchArguments(["--help"])).toBeNull();
});

test.each([
  [[]],
  [["wbe"]],
  [["web", "web"]],
  [["web", "--"]],
  [["--"]],
  [["web", "--", "node"]],
  [["web", "--prepare-only"]],
  [["--database-only", "web"]],
  [["--prot", "1"]],
])("%j is refused in one sentence", (args) => {
  expect(() => readLaunchArguments(args)).toThrow(UsageError);
});
