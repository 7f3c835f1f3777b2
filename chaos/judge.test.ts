import { describe, expect, test } from "vitest";
import type { Look, RunEvidence, SeenLine } from "./evidence";
import { judgeRun } from "./judge";
import { atSecond, CAPABILITY, fixtureMail, honestLook, keptRun, LINE } from "./judge.fixture";
import { GOOD_AND_BREACHING } from "./truth";

/** The promises that are broken, each with its cases. */
const brokenBy = (change: (run: RunEvidence) => Partial<RunEvidence>) => {
  const run = keptRun();
  return judgeRun({ ...run, ...change(run) }).flatMap(({ promise, broken }) =>
    broken.map((sentence) => `${promise}: ${sentence}`),
  );
};
const [firing, recovered] = keptRun().mails;
const [alert] = keptRun().alerts;
if (!firing || !recovered || !alert) throw new Error("The kept run has an alert and its two mails.");

test("a run that kept every promise breaks none", () => {
  expect(brokenBy(() => ({}))).toEqual([]);
});

describe("a mail is lost", () => {
  test("that the relay never took", () => {
    expect(brokenBy(({ copies }) => ({ copies: copies.slice(1) }))).toEqual([
      expect.stringMatching(/^Nothing is lost: The firing mail 1 of capability-1 is recorded as accepted/),
    ]);
  });
  test("that is still queued", () => {
    const queued = { ...recovered, state: "queued", finishedAtMs: null };
    expect(brokenBy(({ copies }) => ({ mails: [firing, queued], copies: copies.slice(0, 1) }))).toEqual([
      "Nothing is lost: The recovered mail 2 of capability-1 is queued.",
    ]);
  });
  test("of which there is no record", () => {
    const unknown = { mailId: "gone", to: "owner@capability-1.example", digest: "x", atMs: atSecond(40) };
    expect(brokenBy(({ copies }) => ({ copies: [...copies, unknown] }))).toEqual([
      "Nothing is lost: The relay took a mail to owner@capability-1.example of which there is no record.",
    ]);
  });
  test("that was never written, about an alert or its end", () => {
    expect(brokenBy(() => ({ mails: [], copies: [] }))).toEqual([
      "Nothing is lost: No mail reports the alert of latency/p95 of capability-1.",
    ]);
    expect(brokenBy(({ copies }) => ({ mails: [firing], copies: copies.slice(0, 1) }))).toEqual([
      "Nothing is lost: No mail reports the end of the alert of latency/p95 of capability-1.",
    ]);
  });
});

describe("a mail is doubled", () => {
  const again = ({ copies: [first] }: RunEvidence, change = {}) => ({
    mailId: first?.mailId ?? "",
    to: first?.to ?? "",
    digest: first?.digest ?? "",
    atMs: atSecond(38),
    ...change,
  });
  test("without an unclear try", () => {
    expect(brokenBy((run) => ({ copies: [...run.copies, again(run)], crashes: 1 }))).toEqual([
      "Nothing is doubled: The firing mail 1 of capability-1 has 2 copies after 0 unclear tries.",
    ]);
  });
  test("but not where a try had an unclear end", () => {
    const unclear = { ...firing, ambiguous: 1 };
    expect(brokenBy((run) => ({ mails: [unclear, recovered], copies: [...run.copies, again(run)] }))).toEqual(
      [],
    );
  });
  test("in other bytes", () => {
    const unclear = { ...firing, ambiguous: 1 };
    expect(
      brokenBy((run) => ({
        mails: [unclear, recovered],
        copies: [...run.copies, again(run, { digest: "other" })],
      })),
    ).toEqual(["Nothing is doubled: The firing mail 1 of capability-1 has copies of different bytes."]);
  });
  test("by a second mail about the same alert", () => {
    const second = fixtureMail({ id: "mail-3", seq: 3, createdAtMs: atSecond(68) });
    const copy = { mailId: "mail-3", to: second.recipient, digest: "three", atMs: atSecond(69) };
    expect(
      brokenBy(({ mails, copies }) => ({ mails: [...mails, second], copies: [...copies, copy] })),
    ).toEqual(["Nothing is doubled: A thread of capability-1 has 2 firing mails for 1 alert."]);
  });
  test("to somebody else, or although it was taken back", () => {
    expect(
      brokenBy(({ copies }) => ({
        copies: copies.map((copy) => ({ ...copy, to: "else@b.example" })),
      })).join(),
    ).toContain("went to else@b.example in place of owner@capability-1.example");
    const cancelled = { ...firing, state: "cancelled" };
    const ended = { ...recovered, kind: "fired-and-recovered" };
    expect(brokenBy(() => ({ mails: [cancelled, ended] }))).toEqual([
      "Nothing is doubled: The firing mail 1 of capability-1 was taken back, and left.",
    ]);
  });
});

describe("the order of a thread is broken", () => {
  test("by an end that comes before its beginning", () => {
    const atMs = new Map([
      ["mail-1", atSecond(70)],
      ["mail-2", atSecond(67)],
    ]);
    expect(
      brokenBy(({ copies }) => ({
        copies: copies.map((copy) => ({ ...copy, atMs: atMs.get(copy.mailId ?? "") ?? 0 })),
      })),
    ).toEqual([
      "The order of a thread is kept: The recovered mail 2 of capability-1 came before an older mail of its thread.",
    ]);
  });
  test("by an end whose beginning nobody was told", () => {
    expect(brokenBy(({ copies }) => ({ mails: [recovered], copies: copies.slice(1) }))).toEqual([
      "The order of a thread is kept: The recovered mail 2 of capability-1 reports an end whose beginning nobody was told.",
    ]);
  });
});

describe("an alarm is false", () => {
  test("where the line didn't breach", () => {
    expect(brokenBy(() => ({ alerts: [{ ...alert, line: "error-rate/error-rate" }] })).join("\n")).toContain(
      "No alarm is false: error-rate/error-rate of capability-1 fired at 12:00:35, and didn't breach at 12:00:25.",
    );
  });
  test("where it fired too soon", () => {
    expect(brokenBy(() => ({ alerts: [{ ...alert, firedAtMs: atSecond(30) }] })).join("\n")).toContain(
      "No alarm is false: latency/p95 of capability-1 fired at 12:00:30, sooner than its threshold says.",
    );
  });
  test("where it is written when it is no longer news", () => {
    const late = { ...firing, createdAtMs: atSecond(60), finishedAtMs: atSecond(61) };
    expect(
      brokenBy(({ copies: [first, second] }) => ({
        mails: [late, recovered],
        copies: first && second ? [{ ...first, atMs: atSecond(61) }, second] : [],
      })),
    ).toEqual([
      "No alarm is false: latency/p95 of capability-1 fired at 12:00:35, and was written at 12:01:00.",
    ]);
  });
});

describe("an alarm is missed", () => {
  test("where the evaluator saw the breach for long enough", () => {
    expect(brokenBy(() => ({ alerts: [], mails: [], copies: [] }))).toEqual([
      "No alarm is missed: latency/p95 of capability-1 breached from 12:00:20, and no alert fired.",
    ]);
  });
  test("but not where it couldn't ask, or nothing was measured", () => {
    const nothing = { alerts: [], mails: [], copies: [], looks: [] };
    expect(
      brokenBy(({ cycles }) => ({
        ...nothing,
        cycles: cycles.map((cycle) => ({ ...cycle, outcome: cycle.slotMs % 2 ? "good" : "failed" })),
      })),
    ).toEqual([]);
    expect(brokenBy(() => ({ ...nothing, scrapesAtMs: [atSecond(0)] }))).toEqual([]);
  });
});

test("two alerts of one line at once are found", () => {
  const second = { ...alert, id: "alert-2", firedAtMs: atSecond(40), endedAtMs: atSecond(70) };
  expect(brokenBy(() => ({ alerts: [alert, second] }))).toEqual([
    "Alerts of a line don't overlap: latency/p95 of capability-1 fired at 12:00:40 while its alert before was open.",
  ]);
});

test("a slot that is neither judged nor counted is found", () => {
  const isGone = (slotMs: number) => slotMs === atSecond(60);
  expect(
    brokenBy(({ cycles }) => ({
      cycles: cycles.filter(({ slotMs, line }) => line !== LINE || !isGone(slotMs)),
    })),
  ).toEqual([
    "Slots are accounted for: latency/p95: 1 slots lie between 12:00:55 and 12:01:05, and 0 are counted.",
  ]);
});

describe("a page lies", () => {
  const { breaching, good } = GOOD_AND_BREACHING[LINE];
  const liesOf = (look: Look) =>
    brokenBy(() => ({ looks: [look] })).map((sentence) => sentence.replace(/^.*capability-1: /, ""));
  const showing = (atSeconds: number, change: Partial<SeenLine>, page: Partial<Look["page"]> = {}): Look => {
    const { page: honest } = honestLook();
    if (!honest) throw new Error("The honest look has a page.");
    const asOfMs = atSecond(atSeconds - 8);
    const lines = honest.lines.map((line) => ({
      ...line,
      sampledAtMs: asOfMs,
      ...(line.line === LINE ? change : {}),
    }));
    return honestLook({
      beganAtMs: atSecond(atSeconds),
      endedAtMs: atSecond(atSeconds) + 50,
      page: { ...honest, asOfMs, overall: "trouble", lines, ...page },
    });
  };

  test("by a value that the line didn't have", () => {
    expect(liesOf(showing(18, { value: breaching, status: "firing" })).join()).toContain(
      "latency/p95 is shown as 4, which it wasn't at 12:00:10.",
    );
  });
  test("by an old value as the current one", () => {
    expect(liesOf(showing(112, { sampledAtMs: atSecond(80), value: good }))).toEqual([
      "latency/p95 shows a value of 12:01:20 as current.",
    ]);
  });
  test("by calling a line ok that breaches", () => {
    expect(liesOf(showing(56, { value: null, sampledAtMs: null, status: "ok" }))).toEqual([
      "latency/p95 is shown as ok, and has been breaching.",
    ]);
  });
  test("by an alert that isn't open, or a breach that wasn't", () => {
    expect(liesOf(showing(18, { status: "firing" }))).toEqual([
      "latency/p95 is shown as firing, and has no open alert.",
    ]);
    expect(liesOf(showing(18, { status: "pending" }))).toEqual([
      "latency/p95 is shown as pending, and hasn't breached.",
    ]);
  });
  test("by calling itself healthy beside a line that fires", () => {
    expect(liesOf(showing(45, { status: "firing", value: breaching }, { overall: "healthy" }))).toEqual([
      "it says healthy although a line isn't.",
    ]);
  });
  test("by an old page as the present one", () => {
    expect(liesOf(showing(110, {}, { asOfMs: atSecond(90) })).join()).toContain(
      "it shows 12:01:30 as the present.",
    );
  });
  test("by trust in alerting while nothing is judged, or a mail waits", () => {
    const look = showing(110, {});
    expect(
      brokenBy(({ cycles }) => ({
        looks: [look],
        cycles: cycles.filter(({ slotMs }) => slotMs < atSecond(90)),
      })).join(),
    ).toContain("it says that alerting works, and latency/p95 hasn't been judged lately.");
    const late = { ...firing, createdAtMs: atSecond(-30), finishedAtMs: atSecond(118) };
    expect(brokenBy(() => ({ looks: [look], mails: [late, recovered] })).join()).toContain(
      "it says that alerting works, and a mail has waited since 11:59:30.",
    );
  });
  test("by an answer that is neither a page nor a word that there is none", () => {
    expect(liesOf(honestLook({ status: 500, page: null }))).toEqual(["the answer is 500."]);
    for (const status of [0, 503]) expect(liesOf(honestLook({ status, page: null }))).toEqual([]);
  });
});

test("what isn't green after healing is found", () => {
  expect(brokenBy(() => ({ notGreen: [`web-1: ${CAPABILITY} isn't healthy.`] }))).toEqual([
    "All is green after healing: web-1: capability-1 isn't healthy.",
  ]);
});
