import { expect, test } from "vitest";
import { chaosTable, findingsTable } from "./report";

test("faults are counted by kind, with the longest and those that can't be had here", () => {
  const struck = [
    { kind: "kill", target: "web-1", lastedMs: 4_100 },
    { kind: "kill", target: "relay", lastedMs: 12_600 },
    { kind: "kill", target: "web-1", lastedMs: 3_000 },
    { kind: "clock", target: "worker-1", lastedMs: null },
  ] as const;
  const table = chaosTable(struck, []);
  expect(table).toContain("| kill | 3 | 13 s | web-1, relay |");
  expect(table).toContain("| clock | 0 (1 not possible here) |  | worker-1 |");
  expect(table).toContain("| cut | 0 |  |  |");
});

test("a moment in which several capabilities breach is a mass crossing", () => {
  const alone = { capability: "one", line: "latency/p95", atMs: 1_000, forMs: 90_000 } as const;
  const together = ["one", "two", "three"].map(
    (capability) => ({ capability, line: "error-rate/error-rate", atMs: 5_000, forMs: 45_000 }) as const,
  );
  expect(chaosTable([], [alone, ...together])).toContain(
    "| mass crossing | 1 | 45 s | error-rate/error-rate |",
  );
  expect(chaosTable([], [alone])).toContain("| mass crossing | 0 | 0 s |  |");
});

test("each promise is a row", () => {
  expect(findingsTable([{ promise: "Nothing is lost", examined: "2 mails", broken: ["One."] }])).toBe(
    "| promise | compared | broken |\n| --- | --- | --- |\n| Nothing is lost | 2 mails | 1 |",
  );
});
