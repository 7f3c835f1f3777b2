import { expect, test } from "vitest";
import type { EvictionPhase } from "@/lib/eviction/phase";
import { all, attribute, facts, named, one, outline, words } from "@/testing/markup";
import { readable } from "@/testing/readable";
import { greenIn, iconsIn } from "@/testing/status-icons";
import { EXPORT_TOOL, IN_PHASE, PAUSED_UNTIL } from "@/testing/views/eviction";
import { NOW_MS } from "@/testing/views/health";
import { type Check, CheckOutcome } from "./archive-check";
import { LeavingBanner } from "./leaving-banner";
import { LeavingScreen } from "./leaving-screen";
import { Phases } from "./phases";

type Phase = EvictionPhase["kind"];
const framed = (leaving = IN_PHASE.live) => ({ frame: { alerting: null, leaving } });
const banner = (leaving = IN_PHASE.live) =>
  readable(<LeavingBanner renderedAtMs={NOW_MS} />, framed(leaving));
const phases = (leaving = IN_PHASE.live) => readable(<Phases renderedAtMs={NOW_MS} />, framed(leaving));
const screen = (exportTool: Parameters<typeof LeavingScreen>[0]["exportTool"] = EXPORT_TOOL) =>
  readable(<LeavingScreen exportTool={exportTool} renderedAtMs={NOW_MS} />, framed());

test("without an eviction no page speaks of leaving", () => {
  expect(words(banner())).toBe("");
});

test.each<[Exclude<Phase, "live">, string, string]>([
  [
    "announced",
    "This capability leaves the platform on Tuesday 1 December 2026",
    "10 days 00:00:00 until then",
  ],
  ["read-only", "Not serving since Wednesday 11 November 2026", "20 days 00:00:00 left to export it"],
  ["paused", "The countdown is paused.", "21 days 00:00:00 are left when it goes on."],
  ["deleted", "The 30 days are over.", "They ended on Friday 20 November 2026"],
])("in the phase %s every page says: %s", (phase, head, rest) => {
  const root = banner(IN_PHASE[phase]);
  expect(words(root)).toContain(head);
  expect(words(root)).toContain(rest);
  expect(named(root, "region")).toEqual(["Leaving the platform"]);
  expect(all(root, "a").map((link) => attribute(link, "href"))).toEqual(["/leaving"]);
  expect(greenIn(root)).toEqual([]);
});

test("a date to act by is written in the tenant's zone and in UTC, with year and second", () => {
  expect(words(one(banner(IN_PHASE.announced), "time"))).toBe(
    "Tuesday 1 December 2026, 14:02:15 CET (Tuesday 1 December 2026, 13:02:15 UTC)",
  );
});

test("a countdown is a timer with a name, that no screen reader speaks each second", () => {
  const timer = one(banner(IN_PHASE["read-only"]), "[role=timer]");
  expect(attribute(timer, "aria-label")).toBe("Left to export");
  expect(attribute(timer, "aria-live")).toBe("off");
});

test.each<[Exclude<Phase, "live">, string]>([
  ["announced", "Announced"],
  ["read-only", "Read-only"],
  ["paused", "Read-only"],
  ["deleted", "Deleted"],
])("in the phase %s the step %s is marked as the one of now, in words", (phase, step) => {
  const current = all(phases(IN_PHASE[phase]), "[aria-current=step]");
  expect(current).toHaveLength(1);
  expect(current.map(words)[0]).toMatch(new RegExp(`^${step} Now `));
});

test("without an eviction the phases say that none is announced, and that the export is there", () => {
  const root = phases();
  expect(words(root)).toContain("No eviction is announced: your capability is live.");
  expect(all(root, "ol")).toEqual([]);
});

test("the dates can be put into a calendar while one lies ahead that is known", () => {
  const offered = (leaving: typeof PAUSED_UNTIL) =>
    all(phases(leaving), "a").some((link) => attribute(link, "href") === "/api/calendar.ics");
  expect(offered(IN_PHASE.announced)).toBe(true);
  expect(offered(IN_PHASE["read-only"])).toBe(true);
  expect(offered(PAUSED_UNTIL)).toBe(true);
  for (const phase of ["live", "paused", "deleted"] as const) expect(offered(IN_PHASE[phase])).toBe(false);
});

test("a pause says why, since when, and when the 30 days then end, as far as that is known", () => {
  const unknown = words(phases(IN_PHASE.paused));
  expect(unknown).toContain("The object storage is down.");
  expect(unknown).toContain("Nobody knows yet when that is.");
  const until = words(phases(PAUSED_UNTIL));
  expect(until).toContain("They then end on Sunday 13 December 2026");
  expect(until).not.toContain("Nobody knows");
});

test("the page leads from the dates to the export tool, the check of the archive, and the thresholds", () => {
  expect(outline(screen())).toEqual([
    "1 Export",
    "2 What happens when",
    "2 Export your data",
    "2 Check a downloaded archive",
    "2 Take your thresholds along",
  ]);
});

test("what the operator has written of the export is stated, and what they haven't is said to lack", () => {
  expect(facts(screen())["What isn’t"]).toBe("Thumbnails.");
  const root = screen({});
  expect(Object.values(facts(one(root, "section[aria-labelledby=export]")))).toEqual(
    Array(5).fill("The operator hasn’t written it down."),
  );
  expect(words(root)).toContain("The operator has not named the address of the export tool.");
});

test("every field of the archive's check has a name", () => {
  const root = screen();
  expect(named(root, "file")).toEqual(["The archive"]);
  expect(named(root, "textbox")).toEqual(["SHA-256 from the export", "Size in bytes from the export"]);
});

const CHECKSUM = "a".repeat(64);
const found = { name: "photos.tar", checksum: CHECKSUM, sizeBytes: 1_234 };
const done = (checksum: string | null, sizeBytes: number | null): Check => ({
  kind: "done",
  found,
  expected: { checksum, sizeBytes },
});
test.each<[string, Check, string, string[]]>([
  ["not begun", { kind: "idle" }, "", []],
  ["refused", { kind: "refused", message: "Choose a file." }, "Choose a file.", []],
  ["cancelled", { kind: "cancelled" }, "Nothing is known of the file.", []],
  ["unreadable", { kind: "unreadable", name: "photos.tar" }, "photos.tar could not be read to its end.", []],
  ["whole", done(CHECKSUM, 1_234), "The file is complete and matches the export.", ["ok"]],
  ["another file", done("b".repeat(64), 1_234), "The file doesn’t match the export", ["firing"]],
  ["of another size", done(CHECKSUM, 1), "The file doesn’t match the export", ["firing"]],
  ["of the right size alone", done(null, 1_234), "nothing is proven", ["unknown"]],
])("an archive that is %s is said to be so, and only a whole one is green", (_, check, said, icons) => {
  const root = readable(<CheckOutcome check={check} />);
  expect(words(root)).toContain(said);
  expect(iconsIn(root)).toEqual(icons);
  expect(greenIn(root).length > 0).toBe(icons[0] === "ok");
});
