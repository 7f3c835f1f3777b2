import { describe, expect, test } from "vitest";
import { facts, named, words } from "@/testing/markup";
import { readable } from "@/testing/readable";
import { lineView, NOW_MS } from "@/testing/views/health";
import { thresholdLine } from "@/testing/views/thresholds";
import { type DraftText, draftOf } from "./draft";
import { OutcomeNote } from "./outcome-note";
import type { SaveOutcome } from "./use-editing";

const line = thresholdLine();
const key = line.key;
const draft: DraftText = { ...draftOf(line.threshold, line.unit), value: "2000" };
const note = (outcome: SaveOutcome, typed: DraftText | null = draft) =>
  readable(<OutcomeNote outcome={outcome} line={line} draft={typed} onTheirs={() => {}} onMine={() => {}} />);

test("a change that was saved says so", () => {
  expect(words(note({ kind: "saved", key, message: "Saved." }))).toBe("Saved.");
});

test("a change that was not saved says why, and leads on where the session has ended", () => {
  const failed = { kind: "failed", key, message: "Watchpost did not answer." } as const;
  const going = note({ ...failed, ended: false });
  expect([words(going), named(going, "link")]).toEqual(["Watchpost did not answer.", []]);
  expect(named(note({ ...failed, ended: true }), "link")).toEqual(["Load the page again"]);
});

describe("a change that came too late", () => {
  const theirs = {
    threshold: { ...lineView().threshold, value: 3, version: 2, source: "owner" as const },
    by: "colleague@photos.example",
    atMs: NOW_MS,
    isOwn: false,
  };
  const late = (typed: DraftText | null = draft, change: object = {}) =>
    note({ kind: "conflict", key, theirs: { ...theirs, ...change } }, typed);

  test("says that nothing was saved, and shows both sides", () => {
    expect(words(late())).toContain("Somebody else changed this, so nothing was saved.");
    expect(facts(late())).toEqual({
      Theirs: "> 3 s for 5 min, resolves after 5 min colleague@photos.example, 21 Nov 14:02 CET",
      Yours: "> 2 s for 5 min, resolves after 5 min",
    });
    expect(named(late(), "button")).toEqual(["Keep theirs", "Save mine instead"]);
  });

  test("calls nobody else's what the same owner saved in another tab", () => {
    const own = late(draft, { isOwn: true });
    expect(words(own)).toContain("You changed this in another tab, so nothing was saved.");
    expect(Object.keys(facts(own))).toEqual(["Saved there", "Typed here"]);
    expect(named(own, "button")).toEqual(["Keep what is saved", "Save this instead"]);
  });

  test("names the platform's default where the other side went back to it", () => {
    const threshold = { ...lineView().threshold, version: 2, source: "default" as const };
    expect(facts(late(draft, { threshold, by: null })).Theirs).toBe(
      "The platform's default: > 1 s for 5 min, resolves after 5 min",
    );
  });

  test.each([
    ["nothing was typed", null],
    ["what is typed is no number", { ...draft, value: "fast" }],
    ["what is typed can't be meant", { ...draft, value: "-5" }],
  ])("offers only theirs where %s", (_, typed) => {
    expect(named(late(typed), "button")).toEqual(["Keep theirs"]);
    expect(Object.keys(facts(late(typed)))).toEqual(["Theirs"]);
  });
});
