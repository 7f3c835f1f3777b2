import { describe, expect, test } from "vitest";
import { all, attribute, one, outline, words } from "@/testing/markup";
import { readable } from "@/testing/readable";
import { comparedLine, releaseView } from "@/testing/views/releases";
import { ReleaseScreen } from "./release-screen";

const MINUTE_MS = 60_000;
const screen = (change: Parameters<typeof releaseView>[0] = {}) =>
  readable(<ReleaseScreen view={releaseView(change)} />);
const since = (change: Parameters<typeof releaseView>[0] = {}) =>
  words(one(screen(change), "section[aria-labelledby=since]"));

test("a release says on its page how it has been since, and by which lines, the changed ones first", () => {
  const root = screen();
  expect(outline(root)).toEqual([
    "1 Release 1.4.3",
    "2 How it has been since",
    "2 Before and after",
    "3 Latency",
    "3 CPU",
    "2 Releases around it",
  ]);
  expect(since()).toContain("Worse than before Latency 240 ms → 510 ms.");
  expect(words(one(root, "[data-line=latency/p95]"))).toBe(
    "Latency Worse 240 ms before, 510 ms after A week before: 250 ms → 230 ms",
  );
  expect(words(one(root, "section[aria-labelledby=lines]"))).toContain(
    "30 min after the release compared with 30 min before, with the same hours a week before.",
  );
});

describe("a release that", () => {
  const rollout = (kind: "in-progress" | "stuck", minutes: number) => ({
    kind,
    ageMs: minutes * MINUTE_MS,
    replicas: { ready: 1, wanted: 2, updated: 1 },
    waiting: [{ pod: "web-2", container: "app", reason: "ImagePullBackOff" }],
    total: 1,
  });

  test("is rolling out says how far it has got, and when the comparison is known", () => {
    const change = { word: "in-progress", compared: null, rollout: rollout("in-progress", 4) } as const;
    expect(since(change)).toMatch(
      /Rollout in progress 1 of 2 replicas updated, 1 ready, 4 min after the release\..* The first comparison is known at 21 Nov/,
    );
  });

  test("is stuck names what waits and why, also beside a line that is worse", () => {
    const change = {
      word: "unclear",
      compared: null,
      againAtMs: null,
      rollout: rollout("stuck", 14),
    } as const;
    expect(since({ ...change, doubt: { kind: "stuck" } })).toBe(
      "How it has been since Rollout stuck 1 of 2 replicas updated, 1 ready, 14 min after the release. Waiting: container app of pod web-2 (ImagePullBackOff). What runs now is partly the version before, so nothing else is said of this one.",
    );
    expect(since({ rollout: rollout("stuck", 14) })).toContain("Worse, and the rollout is stuck");
  });

  test("is young says when it will be known", () => {
    expect(since({ word: "too-early", compared: null })).toMatch(
      /Too early to say The first comparison is known at/,
    );
  });

  test("can't be told says why: another release, an eviction, lines that users notice", () => {
    const release = { atMs: releaseView().release.atMs + 12 * MINUTE_MS, lastAtMs: 0, versions: ["1.4.4"] };
    const change = { word: "unclear", compared: null, againAtMs: null } as const;
    expect(since({ ...change, doubt: { kind: "other-release", which: "next", release } })).toContain(
      "Can’t tell 1.4.4 was deployed 12 min after it. Each needs at least 30 min by itself.",
    );
    expect(since({ ...change, doubt: { kind: "not-serving", fromMs: release.atMs } })).toContain(
      "The capability isn’t serving, by agreement, since",
    );
    const { compared } = releaseView();
    const line = comparedLine({
      word: "unclear",
      reason: { kind: "no-traffic", when: "after" },
      after: null,
    });
    const lines = {
      word: "unclear",
      doubt: { kind: "lines" },
      compared: compared && { ...compared, lines: [line] },
    } as const;
    expect(since(lines)).toContain("Can’t tell Latency can’t be compared.");
    expect(words(one(screen(lines), "[data-line]"))).toContain(
      "Latency Can’t tell 240 ms before, – after Too few requests after",
    );
  });

  test("has nothing measured that users notice says so, and one whose rollout isn't known does, too", () => {
    const { compared } = releaseView();
    const lines = compared?.lines.filter(({ rule }) => !rule.isNoticed) ?? [];
    const change = {
      word: "unclear",
      doubt: { kind: "lines" },
      compared: compared && { ...compared, lines },
    } as const;
    expect(since(change)).toContain("Nothing is measured that users notice: neither availability");
    expect(since({ rollout: null })).toContain("Whether it is rolled out to all replicas isn’t known.");
    expect(since({ rollout: null, next: releaseView().release })).not.toContain("rolled out");
  });

  test("is the same never says it of a line that can't be compared", () => {
    const { compared } = releaseView();
    const lines = [
      comparedLine({ word: "same" }),
      comparedLine({ name: "memory", word: "unclear", reason: { kind: "component", name: "Nodes" } }),
    ];
    expect(since({ word: "same", compared: compared && { ...compared, lines } })).toContain(
      "Same as before No line differs by more than it varies anyway. Memory can’t be compared.",
    );
  });

  test("was replaced or rolled back leads to what came after it and to what was before", () => {
    const next = { atMs: 1_800_000_000_000, lastAtMs: 0, versions: ["1.4.2"] };
    const around = (rolledBack: boolean) =>
      one(screen({ next, rolledBack }), "section[aria-labelledby=around]");
    expect(words(around(true))).toContain("Rolled back to 1.4.2 after");
    expect(words(around(false))).toContain("Replaced by 1.4.2 after");
    expect(all(around(false), "a").map((link) => attribute(link, "href"))).toContain("/releases/1800000000");
  });

  test("was compared while nobody knows of the platform says so", () => {
    const { compared } = releaseView();
    expect(words(screen({ compared: compared && { ...compared, isPlatformKnown: false } }))).toContain(
      "Whether the platform failed in this time isn’t known",
    );
  });
});
