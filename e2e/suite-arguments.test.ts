import { describe, expect, test } from "vitest";
import { readSuiteArguments } from "./suite-arguments.mjs";

const PROJECTS = ["main", "drill"];
const read = (line: string) => readSuiteArguments(line.split(" ").filter(Boolean), PROJECTS);

test("without a word it is the main part, and nothing limits when a test begins", () => {
  expect(read("")).toEqual({
    help: false,
    full: false,
    walks: null,
    beginWithinMs: Number.POSITIVE_INFINITY,
  });
});

test("all of it, within a time", () => {
  expect(read("--full --begin-within 60")).toEqual({
    help: false,
    full: true,
    walks: null,
    beginWithinMs: 3_600_000,
  });
});

test("the walks of one project", () => {
  expect(read("--walks drill")).toMatchObject({ full: false, walks: "drill" });
});

test.each(["--help", "-h", "--full -h"])("%s asks for help", (line) => {
  expect(read(line)).toEqual({ help: true });
});

describe("what can't be read is reported in a sentence, and nothing runs", () => {
  test.each([
    ["--walks dril", /no walks named "dril": main, drill/],
    ["--walks", /walks/],
    ["--walks main --full", /together/],
    ["--begin-within 60", /needs --full/],
    ["--full --begin-within soon", /whole minutes, and "soon"/],
    ["--full --begin-within 1.5", /whole minutes/],
    ["--ful", /--ful/],
    ["everything", /everything/],
  ])("%s", (line, complaint) => {
    expect(read(line)).toEqual({ complaint: expect.stringMatching(complaint) });
  });
});
