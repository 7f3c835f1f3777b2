import { expect, test } from "vitest";
import { parsePeriodMs } from "./period";
import { csvOf, lineOf } from "./sign-in-line";

test.each([
  ["30m", 1_800_000],
  ["12h", 43_200_000],
  ["7d", 604_800_000],
  ["0d", null],
  ["7", null],
  ["-7d", null],
  ["7w", null],
  ["", null],
])("a period of %s is %s milliseconds", (text, expected) => {
  expect(parsePeriodMs(text)).toBe(expected);
});

const entry = {
  atMs: Date.UTC(2026, 10, 21, 18, 4, 5),
  issuer: "https://id.example",
  subject: "ann\u001b[2J\nroot",
  tenantId: "photos",
  result: "signed-in",
};

test("a line of the access log is one line, whatever the provider calls a person", () => {
  expect(lineOf(entry)).toBe("2026-11-21 18:04:05  signed-in             photos                ann?[2J?root");
});

test("a name that a spreadsheet would run as a formula is text in the CSV, and who isn't known is empty", () => {
  expect(csvOf({ ...entry, subject: "=1+1" })).toBe(
    "2026-11-21T18:04:05.000Z,signed-in,photos,'=1+1,https://id.example\r\n",
  );
  expect(csvOf({ ...entry, subject: null, tenantId: null, result: "state-mismatch" })).toBe(
    "2026-11-21T18:04:05.000Z,state-mismatch,,,https://id.example\r\n",
  );
});
