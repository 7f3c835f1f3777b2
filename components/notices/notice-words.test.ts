import { describe, expect, test } from "vitest";
import { suspectIssueUrl } from "@/lib/catalogue/issue-links";
import { countWords, deadlineWords, ownState } from "./notice-words";

describe("a deadline in words", () => {
  const due = { daysLeft: 16, overdue: false, moved: false, closedAtMs: null };
  test.each([
    [due, "16 days left"],
    [{ ...due, daysLeft: 1 }, "1 day left"],
    [{ ...due, daysLeft: 0 }, "today is the last day"],
    [{ ...due, daysLeft: -1, overdue: true }, "overdue since less than a day"],
    [{ ...due, daysLeft: -2, overdue: true }, "overdue by 1 day"],
    [{ ...due, daysLeft: -14, overdue: true }, "overdue by 13 days"],
    [{ ...due, daysLeft: null }, null],
    [{ ...due, moved: true }, null],
    [{ ...due, closedAtMs: 1 }, null],
  ])("%j: %s", (notice, words) => {
    expect(deadlineWords(notice)).toBe(words);
  });
});

test("an owner's own state is distinguished from one that nobody reported", () => {
  expect(ownState({ kind: "update-required", moved: false })).toBe("You have not moved yet.");
  expect(ownState({ kind: "contract-change", moved: true })).toBe("You have moved.");
  expect(ownState({ kind: "contract-change", moved: null })).toContain("doesn’t say");
  expect(ownState({ kind: "incident", moved: null })).toBeNull();
  expect(ownState({ kind: "eviction", moved: false })).toBeNull();
});

test("counts are said to be the operator's", () => {
  expect(countWords({ counts: { moved: 1, notMoved: 2 } })).toBe(
    "Of 3 capabilities, 1 has moved and 2 have not, says the operator.",
  );
  expect(countWords({ counts: null })).toBeNull();
});

test("an issue that suspects the platform is filled in with the capability and what was seen", () => {
  const url = new URL(
    suspectIssueUrl("https://github.com/acme/infra/", { id: "photos", name: "Photo & Co" }, ["Latency: 3 s"]),
  );
  expect(url.pathname).toBe("/acme/infra/issues/new");
  expect(url.searchParams.get("title")).toBe("Platform suspected: Photo & Co (photos)");
  expect(url.searchParams.get("body")).toContain("### What Watchpost shows\n\nLatency: 3 s\n");
});
