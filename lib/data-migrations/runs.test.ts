import { describe, expect, test } from "vitest";
import { isRunOf } from "@/lib/catalogue/job-name";
import { jobMoments } from "./facts";
import { isRunId, runsOf } from "./runs";
import { stateOf } from "./state";

const HOUR_MS = 3_600_000;
const NOW_MS = 1_000 * HOUR_MS;
const ago = (hours: number) => NOW_MS - hours * HOUR_MS;
const seconds = (atMs: number) => atMs / 1000;

/** A fact that holds from one time to another, looked at every hour. */
function fact(
  name: string,
  value: number,
  from: number,
  to: number,
  job = "migrate",
  namespace: string | null = "n",
) {
  const points: [number, number][] = [];
  for (let hours = from; hours >= to; hours -= 1) points.push([ago(hours), value]);
  return { labels: { fact: name, job_name: job, ...(namespace && { namespace }) }, points };
}
const created = (from: number, to: number, ...more: [string?, string?]) =>
  fact("created", seconds(ago(from)), from, to, ...more);
const runsFrom = (series: ReturnType<typeof fact>[], stateKnown = true) =>
  runsOf(jobMoments([series]), NOW_MS, stateKnown);
const statesFrom = (...series: ReturnType<typeof fact>[]) =>
  runsFrom(series).map((run) => stateOf(run, NOW_MS).state);

describe("the runs of a migration", () => {
  test("are distinguished by when their job was created, newest first, though they have one name", () => {
    const runs = runsFrom([
      created(50, 40),
      fact("failed", 1, 45, 40),
      created(20, 0),
      fact("active", 1, 20, 0),
    ]);
    expect(runs.map(({ id, present }) => ({ id, present }))).toEqual([
      { id: `migrate.${seconds(ago(20))}`, present: true },
      { id: `migrate.${seconds(ago(50))}`, present: false },
    ]);
    expect(runs.map((run) => stateOf(run, NOW_MS).state)).toEqual(["running", "failed"]);
    expect(runs.every(({ id }) => isRunId(id))).toBe(true);
  });

  test("in two namespaces at once share a name, which is said of both; one after the other they don't", () => {
    const both = runsFrom([created(5, 0), created(4, 0, "migrate", "other")]);
    expect(both.map(({ sharesItsName }) => sharesItsName)).toEqual([true, true]);
    const after = runsFrom([created(50, 40), created(4, 0, "migrate", "other")]);
    expect(after.map(({ sharesItsName }) => sharesItsName)).toEqual([false, false]);
  });

  test("go on while their exporter is away, and what is reported meanwhile is theirs", () => {
    const [run] = runsFrom([created(9, 5), fact("itemsDone", 7, 9, 0, "migrate", null)], false);
    expect(run).toMatchObject({ present: null });
    expect(run?.moments.at(-1)).toEqual({ atMs: NOW_MS, facts: { itemsDone: 7 } });
  });

  test.each([
    ["migrate", true],
    ["migrate-2", true],
    ["migrate-2-3", false],
    ["migrate-photos", false],
    ["migrates", false],
    ["migrate-", false],
  ])("of migrate: %s is one: %s", (name, is) => expect(isRunOf("migrate", name)).toBe(is));
});

describe("the state of a run", () => {
  test.each([
    ["waiting while no pod of it runs", [created(5, 0), fact("active", 0, 5, 0)], "waiting"],
    ["running while one does", [created(5, 0), fact("active", 1, 5, 0)], "running"],
    ["succeeded once the job says so", [created(5, 0), fact("succeeded", 1, 1, 0)], "succeeded"],
    [
      "succeeded for good, also after the job is gone",
      [created(9, 5), fact("succeeded", 1, 6, 5)],
      "succeeded",
    ],
    [
      "failed once the job says so, whatever its pods do",
      [created(5, 0), fact("active", 1, 5, 0), fact("failed", 1, 1, 0)],
      "failed",
    ],
    ["gone where the job went without a word", [created(9, 5), fact("active", 1, 9, 5)], "gone"],
    [
      "running where the platform knows no such job and it reports",
      [fact("itemsDone", 1, 5, 0, "migrate", null)],
      "running",
    ],
    ["gone where it reported once", [fact("itemsDone", 1, 9, 5, "migrate", null)], "gone"],
  ])("is %s", (_, series, state) => expect(statesFrom(...series)).toEqual([state]));

  test("isn't gone while nobody knows whether the job is there", () => {
    const [run] = runsFrom([created(9, 5), fact("active", 1, 9, 5)], false);
    expect(run && stateOf(run, NOW_MS).state).toBe("running");
  });

  test("has the times of the job; where it has none, when it was first seen, which is said", () => {
    const [exact] = runsFrom([
      created(9, 0),
      fact("started", seconds(ago(8.5)), 8, 0),
      fact("succeeded", 1, 2, 0),
      fact("completed", seconds(ago(2.5)), 2, 0),
    ]);
    expect(exact && stateOf(exact, NOW_MS)).toMatchObject({
      startedAtMs: ago(8.5),
      endedAtMs: ago(2.5),
      endedExactly: true,
    });
    const [seen] = runsFrom([created(9, 0), fact("active", 1, 8, 3), fact("failed", 1, 2, 0)]);
    expect(seen && stateOf(seen, NOW_MS)).toMatchObject({
      startedAtMs: ago(8),
      endedAtMs: ago(2),
      endedExactly: false,
    });
  });

  test("never uses a time that lies in the future or before its job", () => {
    for (const wrong of [NOW_MS + HOUR_MS, ago(20), Number.NaN]) {
      const [run] = runsFrom([created(9, 0), fact("started", seconds(wrong), 8, 0), fact("active", 1, 7, 0)]);
      const times = run && stateOf(run, NOW_MS);
      expect(times).toMatchObject({ startedAtMs: ago(7), clockDoubted: !Number.isNaN(wrong) });
    }
  });
});
