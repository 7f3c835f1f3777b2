import { describe, expect, test } from "vitest";
import type { NoticeView } from "@/lib/notices/view";
import { IN_PHASE } from "@/testing/views/eviction";
import { NOW_MS } from "@/testing/views/health";
import { NO_NOTICES, noticesView, noticeView } from "@/testing/views/notices";
import { deadlineDates, evictionDates } from "./dates";

const DAY_MS = 86_400_000;
const of = { tenant: { id: "photos", name: "Photo Library" }, portalUrl: "https://watchpost.example/" };

describe("an eviction", () => {
  const dates = (kind: keyof typeof IN_PHASE) =>
    evictionDates(IN_PHASE[kind], NOW_MS, of).map(({ uid, at }) => [
      uid.split("@")[0],
      typeof at === "number" && (at - NOW_MS) / DAY_MS,
    ]);

  test("has both dates while it is announced", () => {
    expect(dates("announced")).toEqual([
      ["eviction-photos", 10],
      ["deletion-photos", 40],
    ]);
  });

  test("has only what lies ahead, as far as it is known", () => {
    expect(dates("read-only")).toEqual([["deletion-photos", 20]]);
    expect(dates("paused")).toEqual([]);
    expect(dates("live")).toEqual([]);
    expect(dates("deleted")).toEqual([]);
  });
});

describe("a notice", () => {
  const dates = (open: NoticeView[], hasEviction = false) =>
    deadlineDates(noticesView({ open }), hasEviction, of);

  test("has its last day where its deadline is a day, and an instant where it is one", () => {
    const [day, instant] = [Date.UTC(2026, 11, 25), Date.UTC(2026, 11, 24, 9, 30)];
    expect(dates([noticeView({ deadlineMs: day })])).toMatchObject([
      { at: "2026-12-24", url: noticeView().url, uid: "notice-12-photos@watchpost.example" },
    ]);
    expect(dates([noticeView({ deadlineMs: instant })])).toMatchObject([{ at: instant }]);
  });

  test("that is met, overdue or without a deadline has none", () => {
    expect(
      dates([noticeView({ moved: true }), noticeView({ overdue: true }), noticeView({ deadlineMs: null })]),
    ).toEqual([]);
  });

  test("of an eviction counts only until its definition has the dates", () => {
    const notice = noticeView({ kind: "eviction", moved: null });
    expect(dates([notice])).toHaveLength(1);
    expect(dates([notice], true)).toEqual([]);
  });

  test("of a list that isn't known has none", () => {
    expect(deadlineDates(NO_NOTICES, false, of)).toEqual([]);
  });
});
