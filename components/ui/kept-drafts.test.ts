import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { keepDrafts, readKeptDrafts } from "./kept-drafts";
import { removeDrafts, removeDraftsWithOtherTabs } from "./remove-drafts";

const isText = (value: unknown): value is string => typeof value === "string";
const KEPT = new Map([["latency/p95", { draft: "1500", version: 3 }]]);

/** As browsers have it: own keys are the entries. */
function storage(entries: Record<string, string> = {}) {
  const own = Object.assign(Object.create({}), entries) as Record<string, string>;
  const methods = {
    getItem: (key: string) => own[key] ?? null,
    setItem: (key: string, text: string) => {
      own[key] = text;
    },
    removeItem: (key: string) => {
      delete own[key];
    },
  };
  return Object.setPrototypeOf(own, methods) as Record<string, string>;
}

beforeEach(() => vi.stubGlobal("window", { sessionStorage: storage() }));
afterEach(() => vi.unstubAllGlobals());

test("what was typed is there again, with the version that it was typed for", () => {
  keepDrafts("photos", KEPT);
  expect(readKeptDrafts("photos", isText)).toEqual(KEPT);
});

test("another tenant in the same tab reads nothing of it", () => {
  keepDrafts("photos", KEPT);
  expect(readKeptDrafts("tickets", isText)).toEqual(new Map());
});

test("nothing is left once it is saved, or once its owner signs out", () => {
  keepDrafts("photos", KEPT);
  keepDrafts("photos", new Map());
  expect(Object.keys(window.sessionStorage)).toEqual([]);
  keepDrafts("photos", KEPT);
  window.sessionStorage.setItem("theirs", "stays");
  removeDrafts();
  expect(Object.keys(window.sessionStorage)).toEqual(["theirs"]);
});

test("nothing is left where its owner signs out in another tab", async () => {
  const stop = removeDraftsWithOtherTabs();
  removeDrafts();
  // What is kept here after that stands for the other tab's own storage.
  keepDrafts("photos", KEPT);
  await expect.poll(() => Object.keys(window.sessionStorage)).toEqual([]);
  stop();
});

test.each([
  ["no JSON", "{"],
  ["no list", '{"a":1}'],
  ["of another build", '[{"key":"latency/p95","draft":{"ms":1},"version":1},null,{"key":2}]'],
])("what is kept is ignored where it is %s", (_, stored) => {
  window.sessionStorage.setItem("watchpost.drafts.photos", stored);
  expect(readKeptDrafts("photos", isText)).toEqual(new Map());
});

test("where storage is forbidden, the page works without", () => {
  vi.stubGlobal("window", {
    get sessionStorage() {
      throw new DOMException("forbidden", "SecurityError");
    },
  });
  keepDrafts("photos", KEPT);
  removeDrafts();
  expect(readKeptDrafts("photos", isText)).toEqual(new Map());
});
