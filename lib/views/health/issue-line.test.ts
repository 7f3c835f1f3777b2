import { expect, test } from "vitest";
import { issueLine } from "./issue-line";

test("a name from outside mentions nobody, is no address and no link in the issue that the health page fills in", () => {
  const sentence =
    "Worst for error rate: route /@octocat/[x](https://evil.example)/joe@people.example (91 % of it).";
  const line = issueLine({
    asOf: "2026-11-21T13:02:15.000Z",
    overall: { state: "trouble", headline: "Failing: error rate", sentence },
  });
  expect(line).toMatch(/^2026-11-21T13:02:15\.000Z: Failing: error rate\. Worst for error rate: /);
  expect(line).not.toMatch(/@|joe|\](?<!\\\])\(/);
});
