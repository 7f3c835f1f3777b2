import { describe, expect, test } from "vitest";
import { PollError } from "@/components/ui/get-json";
import { PLANS } from "@/lib/data-migrations/plans";
import { RUN_STATUS_SENTENCES, RUN_STATUS_WORDS, type RunStatus } from "@/lib/data-migrations/words";
import {
  all,
  attribute,
  cells,
  type Element,
  facts,
  named,
  nameOf,
  one,
  outline,
  words,
} from "@/testing/markup";
import { readable } from "@/testing/readable";
import { greenIn, iconsIn, outlineOf } from "@/testing/status-icons";
import { MINUTE_MS, NOW_MS } from "@/testing/views/health";
import {
  MIGRATION,
  migrationSeries,
  migrationView,
  RUNS,
  runSummary,
  runView,
} from "@/testing/views/migration";
import { MigrationScreen } from "./migration-screen";
import { RunStatusPill } from "./run-status-pill";

const AWAY = new PollError("failed", "Watchpost did not answer in time.");
type Asked = { key: readonly (string | null)[]; answer?: object; failure?: PollError };

const screen = (change: Parameters<typeof migrationView>[0] = {}, asked: Asked[] = []) =>
  readable(<MigrationScreen initial={migrationView(change)} runId={null} />, { asked });
const section = (page: Element, id: string) => one(page, `section[aria-labelledby=${id}]`);
const statuses = Object.keys(RUNS) as RunStatus[];
/** The page with a run in each status, rendered once for all tests. */
const pages = Object.fromEntries(
  statuses.map((status) => [status, screen({ shown: RUNS[status] })]),
) as Record<RunStatus, Element>;
const series = { key: ["photos", "migration-series", runView().id] };

describe("a run", () => {
  test.each(statuses)("that is %s says so by a word, a sentence and who does what next", (status) => {
    const run = section(pages[status], "run");
    expect(words(one(run, "[data-standing]"))).toBe(RUN_STATUS_WORDS[status]);
    expect(words(run)).toContain(RUN_STATUS_SENTENCES[status]);
    expect(words(section(pages[status], "next"))).toMatch(/You|The operator/);
  });

  test("in each state has a shape of its own, and only success is green", () => {
    const pills = statuses.map((status) => readable(<RunStatusPill status={status} />));
    const shapes = pills.map((pill) => outlineOf(one(pill, "svg")));
    expect(new Set(shapes).size).toBe(statuses.length);
    expect(statuses.filter((_, index) => greenIn(pills[index] as Element).length > 0)).toEqual(["succeeded"]);
  });

  test.each(statuses)("that was %s when it was last known is grey, whatever it was", (status) => {
    const pill = readable(<RunStatusPill status={status} faded />);
    expect(greenIn(pill)).toEqual([]);
    expect(words(pill)).toBe(RUN_STATUS_WORDS[status]);
  });

  test("that gets on says how far it is, in words, in a bar and as figures", () => {
    const run = section(pages.running, "run");
    const bar = one(run, "[role=progressbar]");
    expect(nameOf(bar, run)).toBe("Progress of Move the photo archive");
    expect(attribute(bar, "aria-valuetext")?.replace("\u00a0", " ")).toBe("62 %");
    expect(facts(run)).toMatchObject({
      Items: "31,204 of 50,329 photos",
      Data: "12 GB of 20 GB",
      "Rate now": "4 photos a second, 4.2 MB a second",
      Estimate: "About 2 h more: between 1 h and 3 h. 21 Nov 15:02 to 21 Nov 17:02 CET",
      Started: "21 Nov 12:02 CET",
      For: "2 h",
      Errors: "3",
      "Last progress": "1 min ago",
    });
    expect(words(run)).toContain("IMG_0042.jpg: checksum differs");
  });

  test("that reports nothing has no bar, no rate and no estimate made up for it", () => {
    const estimate = { kind: "none", reason: "no-whole" } as const;
    const run = section(screen({ shown: runView({ progress: null, estimate, errors: null }) }), "run");
    expect(all(run, "[role=progressbar]")).toEqual([]);
    expect(words(run)).toContain("The job doesn’t report its progress");
    expect(Object.keys(facts(run))).toEqual(["Estimate", "Started", "For"]);
  });

  test.each(["stalled", "silent"] as const)("that is %s says since when", (status) => {
    const run = section(pages[status], "run");
    expect(words(run)).toContain("Since 21 Nov 13:02 CET, for 1 h.");
  });

  test("that has ended says when: exactly, by when it was seen, or when the job was last seen", () => {
    const ended = (page: Element) => facts(section(page, "run"));
    expect(ended(pages.succeeded).Ended).toBe("21 Nov 14:01 CET");
    expect(ended(screen({ shown: { ...RUNS.failed, endedExactly: false } })).Ended).toBe(
      "by 21 Nov 14:01 CET",
    );
    expect(ended(pages.gone)["Last seen"]).toBe("21 Nov 14:01 CET");
  });

  test("that has ended without a known beginning is never called not started", () => {
    const unknown = { startedAtMs: null, elapsedMs: null };
    const page = screen({
      shown: { ...RUNS.failed, ...unknown },
      runs: [
        runSummary({ state: "failed", startedAtMs: null, endedAtMs: NOW_MS - MINUTE_MS }),
        runSummary({ id: "new", state: "waiting", startedAtMs: null, share: null }),
      ],
    });
    expect(facts(section(page, "run")).Started).toBe("not known");
    const [failed, waiting] = all(section(page, "runs"), "li").map(words);
    expect(failed).toContain("start not known, ended 21 Nov 14:01 CET");
    expect(waiting).toContain("not started");
    expect(facts(section(pages.waiting, "run")).Started).toBe("not yet");
  });

  test("says what is odd about the job's reports, each with its time", () => {
    const shown = runView({
      clockDoubted: true,
      oddities: [
        { kind: "above-whole", share: 1.2 },
        { kind: "went-back", fact: "itemsDone", from: 9, to: 3, atMs: NOW_MS },
        { kind: "not-a-number", fact: "errors" },
        { kind: "same-name" },
      ],
    });
    const odd = all(one(screen({ shown }), "[data-oddities]"), "li").map(words);
    expect(odd).toHaveLength(5);
    expect(odd[1]).toBe("The number of items done went back from 9 to 3, seen 21 Nov 14:02 CET.");
  });

  test("whose error has no time that can be believed says that", () => {
    const shown = runView({ lastError: { text: "disk full", atMs: null } });
    expect(words(section(screen({ shown }), "run"))).toContain(
      "Last error that the job reported, at a time that the job's clock puts in the future disk full",
    );
  });
});

describe("a failure", () => {
  const next = section(pages.failed, "next");

  test("says that nothing happens by itself, and offers each plan with a draft to copy", () => {
    expect(words(next)).toContain("The platform doesn't clean up");
    expect(all(next, "li[data-plan]").map((plan) => attribute(plan, "data-plan"))).toEqual([...PLANS]);
    expect(
      all(next, "pre")
        .map(words)
        .every((draft) => draft.includes("My plan: ")),
    ).toBe(true);
  });

  test("offers no copying before the browser is known to allow it", () => {
    expect(named(next, "button")).toEqual([]);
    expect(all(next, "pre").every((draft) => attribute(draft, "class")?.includes("select-all"))).toBe(true);
  });

  test("cautions against going on from data where the destination must be empty", () => {
    const migration = { ...MIGRATION, rerun: "destination-must-be-empty" as const };
    const careful = section(screen({ shown: { ...RUNS.failed, migration } }), "next");
    expect(words(one(careful, "li[data-plan=resume]"))).toContain(
      "this needs a job that can go on from data",
    );
    expect(words(one(careful, "li[data-plan=wipe]"))).not.toContain("this needs a job");
  });
});

describe("what a run uses", () => {
  test("is described in sentences, by icon, and as a table", () => {
    const usage = section(pages.running, "usage");
    expect(all(usage, "li").map((each) => attribute(each, "data-passed"))).toEqual([
      "nothing",
      "declared",
      "most",
    ]);
    expect(iconsIn(usage)).toEqual(["ok", "firing", "firing"]);
    expect(cells(one(usage, "table"))).toEqual([
      ["Resource", "Now", "Peak", "Declared", "Steady state", "Limit (2 ×)"],
      ["CPU", "2 cores", "2.4 cores", "3 cores", "2 cores", "4 cores"],
      ["Memory", "2 GB", "3.5 GB", "3 GB", "2 GB", "4 GB"],
      ["Storage", "50 GB", "120 GB", "75 GB", "50 GB", "100 GB"],
    ]);
  });

  test("is neither good nor bad where nothing was measured, or nothing is known of now", () => {
    const unmeasured = runView({
      usage: runView().usage.map((each) => ({ ...each, peak: null, now: null })),
    });
    expect(iconsIn(section(screen({ shown: unmeasured }), "usage"))).toEqual([
      "unknown",
      "unknown",
      "unknown",
    ]);
    const stale = screen({ failed: "The metrics store is away." });
    expect(iconsIn(section(stale, "usage"))).toEqual(["unknown", "unknown", "unknown"]);
  });
});

describe("the charts of a run", () => {
  const charts = (asked: Asked[]) => section(screen({}, asked), "charts");

  test("have their places and names before they are there", () => {
    expect(outline(charts([]))).toEqual([
      "2 The whole run",
      "3 Progress",
      "3 CPU, cores",
      "3 Memory",
      "3 Storage",
    ]);
  });

  test("are drawn with a table each, and say where nothing was measured", () => {
    const drawn = charts([{ ...series, answer: migrationSeries() }]);
    expect(outline(drawn)).toEqual(["2 The whole run", "3 Progress", "3 CPU, cores"]);
    expect(words(one(drawn, "[data-chart=cpuCores]"))).toContain("Nothing measured in this run");
    expect(words(one(drawn, "[data-chart=progress]"))).toContain("done 62 %");
  });

  test("say why they could not be loaded, and as of when they are where they are old", () => {
    expect(named(charts([{ ...series, failure: AWAY }]), "button")).toEqual(Array(4).fill("Try again"));
    const old = charts([{ ...series, answer: migrationSeries(), failure: AWAY }]);
    expect(words(one(old, "[role=status]"))).toBe(
      "Could not be brought up to date: Watchpost did not answer in time. Drawn as of 14:02:15 CET.",
    );
  });
});

describe("the page", () => {
  test("without a migration says what one is and how to ask for it, and offers no mails about none", () => {
    const page = screen({ shown: null, runs: [] });
    expect(outline(page)).toEqual(["1 Migration", "2 No migration"]);
    expect(named(page, "link")).toEqual(["Migrate my data (leaves Watchpost)"]);
    expect(named(screen({ shown: null, runs: [], migrateUrl: null }), "link")).toEqual([]);
  });

  test("with a migration that has no run yet shows that it waits", () => {
    const page = screen({ shown: null, runs: [], waiting: [MIGRATION] });
    expect(words(one(page, "[data-waiting]"))).toBe(
      "Waiting Move the photo archive not started, or no longer remembered · The issue (leaves Watchpost)",
    );
  });

  test("lists several runs, and marks the one that it shows", () => {
    const page = screen({ runs: [runSummary(), runSummary({ id: "older", state: "failed" })] });
    expect(words(one(page, "[aria-current=true]"))).toBe("Move the photo archive");
    expect(attribute(one(section(page, "runs"), "a"), "href")).toBe("/migration?run=older");
  });

  test.each([
    [
      "what is known is old",
      { failed: "The metrics store is away." },
      "What is shown is what was last known",
    ],
    [
      "nothing is known",
      { failed: "The metrics store is away.", shown: null, runs: [] },
      "Nothing can be shown right now",
    ],
  ])("says that %s, why, and offers to try again", (_, change, sentence) => {
    const page = screen(change);
    const status = all(page, "[role=status]").map(words)[0];
    expect(status).toBe(`${sentence}: The metrics store is away. Try again`);
    expect(greenIn(page)).toEqual([]);
    expect(words(page)).not.toContain("No migration");
  });

  test("says whether mails are sent, and to whom", () => {
    const mails = section(screen({ mails: { wanted: false, address: "owner@photos.example" } }), "mails");
    const toggle = one(mails, "[role=switch]");
    expect([nameOf(toggle, mails), attribute(toggle, "aria-checked")]).toEqual([
      "Mail me when a migration ends or stalls",
      "false",
    ]);
    expect(words(mails)).toContain("To owner@photos.example");
  });

  test("shows what was declared, and what else the job emits", () => {
    const about = facts(section(pages.running, "about"));
    expect(about).toMatchObject({
      Source: "The old NAS in the basement",
      Issue: "git.example/acme/infra/issues/31 (leaves Watchpost)",
      Job: "migrate-photos",
    });
    expect(about["What else it emits"]).toContain("migration_files_skipped_total 7");
    const gone = facts(section(pages.gone, "about"));
    expect(gone.Job).toBe("migrate-photos, which is no longer there");
  });
});
