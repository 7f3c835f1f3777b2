import { describe, expect, test } from "vitest";
import { isRollback, releaseAt, releasesOf } from "./releases";
import { rolloutOf } from "./rollout";
import { stretchesAt } from "./stretches";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const AT_MS = Date.UTC(2026, 10, 30, 12, 0, 20);
const at = (minutes: number, version: string) => ({ atMs: AT_MS + minutes * MINUTE_MS, version });
const among = (...deployed: { atMs: number; version: string }[]) => {
  const found = releaseAt(releasesOf(deployed), AT_MS / 1000);
  if (!found) throw new Error("no release at 12:00:20");
  return found;
};

describe("releases", () => {
  test("are deployments within five minutes of the first: ten in five minutes are one", () => {
    const ten = Array.from({ length: 10 }, (_, index) => at(index / 2, `1.${index}`));
    expect(releasesOf([...ten, at(5.1, "2.0")])).toMatchObject([
      { atMs: AT_MS, lastAtMs: AT_MS + 4.5 * MINUTE_MS, versions: ten.map(({ version }) => version) },
      { versions: ["2.0"] },
    ]);
  });

  test("are found by the second of any of their deployments, and by no other", () => {
    const releases = releasesOf([at(-60, "1.0"), at(0, "1.1"), at(1, "1.1-worker"), at(60, "1.2")]);
    const found = { release: { atMs: AT_MS }, previous: { versions: ["1.0"] }, next: { versions: ["1.2"] } };
    expect(releaseAt(releases, AT_MS / 1000)).toMatchObject(found);
    expect(releaseAt(releases, AT_MS / 1000 + 60)).toMatchObject(found);
    expect(releaseAt(releases, AT_MS / 1000 + 61)).toBeNull();
    expect(releaseAt(releases, AT_MS / 1000 - 1)).toBeNull();
  });

  test("are rolled back by what ran before them", () => {
    expect(isRollback(among(at(-60, "1.0"), at(0, "1.1"), at(20, "1.0")))).toBe(true);
    expect(isRollback(among(at(-60, "1.0"), at(0, "1.1"), at(20, "1.2")))).toBe(false);
    expect(isRollback(among(at(0, "1.1"), at(20, "1.2")))).toBe(false);
    expect(isRollback(among(at(-60, "db"), at(0, "db"), at(20, "db")))).toBe(false);
  });
});

describe("what is compared", () => {
  const kindAt = (minutes: number, ...others: { atMs: number; version: string }[]) =>
    stretchesAt(among(...others, at(0, "1.1")), AT_MS + minutes * MINUTE_MS);

  test("is as long before as after, and leaves out five minutes after the release", () => {
    const which = kindAt(60);
    if (which.kind !== "known") throw new Error(which.kind);
    const [{ before, after, lengthMs, blockMs }] = which.stretches;
    expect(before.toMs - before.fromMs).toBe(lengthMs);
    expect(after.toMs - after.fromMs).toBe(lengthMs);
    expect(before.toMs).toBe(AT_MS - 20_000);
    expect(after.fromMs).toBeGreaterThanOrEqual(AT_MS + 5 * MINUTE_MS);
    expect((after.fromMs - before.toMs) % blockMs).toBe(0);
  });

  test("is known after 30 minutes and the first ones, and grows to a day", () => {
    const early = kindAt(30);
    expect(early).toEqual({ kind: "too-early", knownAtMs: AT_MS - 20_000 + 37.5 * MINUTE_MS });
    const lengths = [38, 70, 130, 27 * 60].map((minutes) => {
      const which = kindAt(minutes);
      return which.kind === "known" && which.stretches.map(({ lengthMs }) => lengthMs / HOUR_MS);
    });
    expect(lengths).toEqual([[0.5], [1, 0.5], [2, 1, 0.5], [24, 2, 1, 0.5]]);
    expect(kindAt(27 * 60)).toMatchObject({ longerAtMs: null });
    expect(kindAt(38)).toMatchObject({ longerAtMs: AT_MS - 20_000 + 70 * MINUTE_MS });
  });

  test("reaches into no other release", () => {
    const before = stretchesAt(among(at(-70, "1.0"), at(0, "1.1")), AT_MS + 48 * HOUR_MS);
    expect(before).toMatchObject({
      stretches: [{ lengthMs: HOUR_MS }, { lengthMs: HOUR_MS / 2 }],
      longerAtMs: null,
    });
    const after = stretchesAt(among(at(0, "1.1"), at(50, "1.2")), AT_MS + 48 * HOUR_MS);
    expect(after).toMatchObject({ stretches: [{ lengthMs: HOUR_MS / 2 }], longerAtMs: null });
  });

  test("is nothing where another release is nearer than half an hour", () => {
    const many = (...deployed: Parameters<typeof among>) => stretchesAt(among(...deployed), AT_MS + HOUR_MS);
    expect(many(at(-20, "1.0"), at(0, "1.1"))).toEqual({ kind: "other-release", which: "previous" });
    expect(many(at(0, "1.1"), at(20, "1.2"))).toEqual({ kind: "other-release", which: "next" });
  });
});

describe("a rollout", () => {
  const replicas = { ready: 2, wanted: 2, updated: 2 };
  test.each([
    ["is complete", replicas, 0, 3, "complete"],
    ["is in progress until all replicas are updated", { ...replicas, updated: 1 }, 0, 3, "in-progress"],
    ["is stuck after ten minutes", { ...replicas, updated: 1 }, 0, 11, "stuck"],
    [
      "of one replica is stuck while its only new pod waits",
      { ready: 1, wanted: 1, updated: 1 },
      1,
      11,
      "stuck",
    ],
    ["isn't blamed for a pod that fails hours later", { ...replicas, ready: 1 }, 1, 180, "complete"],
    ["is complete where readiness isn't known", { ...replicas, ready: null }, 0, 3, "complete"],
    ["of nothing wanted is complete", { ready: 0, wanted: 0, updated: 0 }, 0, 3, "complete"],
  ])("%s", (_, counts, waiting, minutes, kind) => {
    expect(rolloutOf(counts, waiting, minutes * MINUTE_MS).kind).toBe(kind);
  });
});
