import { expect, test } from "vitest";
import { PollError } from "@/components/ui/get-json";
import { EVENT_KINDS } from "@/lib/evaluation/event-kinds";
import { eventAnchor } from "@/lib/timeline/anchor";
import type { TimelineView } from "@/lib/timeline/timeline";
import { all, attribute, named, one, outline, words } from "@/testing/markup";
import { readable } from "@/testing/readable";
import { outlineOf } from "@/testing/status-icons";
import { deployment, EVENTS, restart, sectionView, timelineView } from "@/testing/views/events";
import { MINUTE_MS, NOW_MS } from "@/testing/views/health";
import { TimelineScreen } from "./timeline-screen";

type Kind = Parameters<typeof TimelineScreen>[0]["kind"];
const screen = (view = timelineView(), kind: Kind = null, around: Parameters<typeof readable>[1] = {}) =>
  readable(<TimelineScreen initial={view} kind={kind} />, around);
const section = (id: string, ...given: Parameters<typeof screen>) =>
  one(screen(...given), `section[aria-labelledby=${id}]`);

test("what lasts stands above what is over, newest days first", () => {
  expect(outline(screen())).toEqual(["1 Timeline", "2 Now", "2 Last 24 hours", "2 Previous 6 days"]);
});

test("what lasts says since when, for how long, and what is overdue", () => {
  const [alert = "", notice = ""] = all(section("now"), "li").map(words);
  expect(alert).toMatch(/^Latency p95 alert ?since 21 Nov 13:48 CET, for 14 min$/);
  expect(notice).toMatch(/^Move to PostgreSQL 18 \(#12\) overdue ?since 19 Nov 14:02 CET, for 2 d$/);
});

test("nothing that lasts is said in words", () => {
  expect(words(one(section("now", timelineView({ now: [] })), "[data-empty]"))).toBe(
    "No alert lasts, and the operator has no open notice for you.",
  );
});

test("nothing is said of notices that nobody here knows, but that they are not known", () => {
  const unread = section("now", timelineView({ now: [], notices: "Watchpost has not read them." }));
  expect(words(one(unread, "[data-empty]"))).toBe("No alert lasts.");
  expect(words(unread)).toContain("Watchpost has not read them.");
});

test("two containers that end in one instant share an address, which stands only once", () => {
  const twins = [restart(NOW_MS), restart(NOW_MS, { container: "proxy", reason: "Error" })];
  const rows = all(section("day", timelineView({ day: sectionView({ events: twins }) })), "[data-event]");
  expect(rows.map((row) => all(row, "[id]").length)).toEqual([1, 0]);
});

test("notices that may be old say so", () => {
  expect(words(section("now", timelineView({ notices: "GitHub did not answer." })))).toContain(
    "The operator’s notices may be old: GitHub did not answer.",
  );
});

test.each(EVENT_KINDS)("a %s has its glyph, words, age and time, and an address of its own", (kind) => {
  const event = EVENTS[kind];
  const row = one(section("day"), `[data-event=${kind}]`);
  expect(all(row, "svg")).toHaveLength(1);
  expect(words(row)).toMatch(/ h ago.*21 Nov \d\d:02 CET/);
  expect(all(row, `[id=${eventAnchor(event)}]`)).toHaveLength(1);
});

test("each kind of event has an outline of its own", () => {
  const glyphs = all(section("day"), "svg").map(outlineOf);
  expect(new Set(glyphs).size).toBe(EVENT_KINDS.length);
});

test("events of the same kind in a row are shown as one, with both ends, and each keeps its address", () => {
  const again = [restart(NOW_MS - MINUTE_MS), restart(NOW_MS - 3 * MINUTE_MS)];
  const row = one(section("day", timelineView({ day: sectionView({ events: again }) })), "[data-event]");
  expect(words(row)).toContain("21 Nov 13:59 to 21 Nov 14:01 CET");
  for (const event of again) expect(all(row, `[id=${eventAnchor(event)}]`)).toHaveLength(1);
});

test("the filter counts each kind, marks the one shown, and is made of links", () => {
  const filter = one(screen(timelineView(), "restart"), "nav[aria-label=Kinds of events]");
  expect(all(filter, "[aria-current=true]").map((link) => attribute(link, "href"))).toEqual([
    "/timeline?kind=restart",
  ]);
  expect(all(filter, "a")).toHaveLength(EVENT_KINDS.length + 1);
});

test("a kind that is chosen is all that is shown, and none of it is said as such", () => {
  const rows = all(section("day", timelineView(), "restart"), "[data-event]");
  expect(rows.map((row) => attribute(row, "data-event"))).toEqual(["restart"]);
  const none = timelineView({ day: sectionView({ events: [EVENTS.alert] }) });
  expect(words(section("day", none, "restart"))).toContain("Nothing of this kind happened in this time.");
});

const failed = (events: TimelineView["day"]["events"]) =>
  timelineView({ day: sectionView({ events, failed: "The metrics store is away." }) });

test("a time that could not be asked for is not one in which nothing happened", () => {
  const text = words(section("day", failed([])));
  expect(text).toContain("The list could not be loaded The metrics store is away.");
  expect(text).not.toContain("Nothing happened");
});

test("events that may lack deployments and restarts say so", () => {
  expect(words(section("day", failed([EVENTS.alert])))).toContain(
    "Deployments and restarts could not be asked, so some may be missing: The metrics store is away.",
  );
});

test.each<[Kind, boolean]>([
  ["deployment", true],
  ["restart", true],
  ["alert", false],
  ["threshold-edit", false],
  ["notice", false],
])("without metrics a list of %s alone is incomplete: %s", (kind, incomplete) => {
  expect(words(section("day", failed([]), kind)).includes("could not be loaded")).toBe(incomplete);
});

test("a long list shows forty rows and how many more there are", () => {
  const many = Array.from({ length: 45 }, (_, index) => deployment(NOW_MS - index * MINUTE_MS, `1.${index}`));
  const day = section("day", timelineView({ day: sectionView({ events: many }) }));
  expect(all(day, "[data-event]")).toHaveLength(40);
  expect(named(day, "button")).toEqual(["5 earlier"]);
});

test("a page that could not be brought up to date says so, and keeps what it knows", () => {
  const failure = new PollError("failed", "Watchpost can't be reached from here.");
  const root = screen(timelineView(), null, {
    asked: [{ key: ["photos", "timeline"], answer: timelineView(), failure }],
  });
  expect(words(one(root, "[role=status]"))).toContain("Could not be brought up to date");
  expect(words(root)).toContain("out of memory");
});
