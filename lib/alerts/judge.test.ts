import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { EffectiveThreshold } from "@/lib/evaluation/effective";
import type { BadPart } from "@/lib/evaluation/parts";
import { INITIAL_STATE, type StepReading } from "@/lib/evaluation/step";
import type { Alert } from "./alert";
import { endLine, INITIAL_LINE, judgeLine, type LineEvent, type LineState } from "./judge";

const INTERVAL_SECONDS = 30;
const INTERVAL_MS = INTERVAL_SECONDS * 1000;
const above5: EffectiveThreshold & { worse: "higher" } = {
  value: 5,
  inclusive: false,
  forSeconds: 60,
  recoverForSeconds: 60,
  enabled: true,
  version: 0,
  source: "default",
  worse: "higher",
};
const bad: StepReading = { kind: "value", value: 9 };
const good: StepReading = { kind: "value", value: 1 };
const missing: StepReading = { kind: "no-data" };

/** One line of one tenant over its cycles. */
class Line {
  state: LineState = INITIAL_LINE;
  alert: Alert | null = null;
  atMs = 0;
  private ids = 0;
  readonly past: Alert[] = [];
  threshold: EffectiveThreshold & { worse: "higher" } = above5;
  badParts: readonly BadPart[] | null = null;
  constructor(private readonly isMissingMailed = false) {}

  see(reading: StepReading, times = 1): LineEvent[] {
    const events: LineEvent[] = [];
    for (let count = 0; count < times; count++) {
      this.atMs += INTERVAL_MS;
      const judged = judgeLine(
        {
          tenantId: "photos",
          lineKey: "error-rate/error-rate",
          state: this.state,
          alert: this.alert,
          threshold: this.threshold,
          isMissingMailed: this.isMissingMailed,
          badParts: this.badParts,
          newId: () => `id-${++this.ids}`,
        },
        reading,
        { atMs: this.atMs, intervalSeconds: INTERVAL_SECONDS, unknownUntilMs: null },
      );
      this.state = JSON.parse(JSON.stringify(judged.state)); // as after a restart
      if (judged.alert?.ended) this.past.push(judged.alert);
      this.alert = judged.alert?.ended ? null : judged.alert;
      events.push(...judged.events);
    }
    return events;
  }
  kinds = (reading: StepReading, times = 1) => this.see(reading, times).map(({ kind }) => kind);
}

describe("an alert", () => {
  test("opens when the line fires, keeps its worst value, and ends with the value that ended it", () => {
    const line = new Line();
    expect(line.kinds(bad, 3)).toEqual(["fired"]);
    expect(line.alert).toMatchObject({
      breachedAtMs: 30_000,
      firedAtMs: 90_000,
      firedValue: 9,
      notified: true,
    });
    expect(line.alert?.thread.id).toBe(line.alert?.id);
    line.see({ kind: "value", value: 20 });
    line.see(bad);
    expect(line.kinds(good, 3)).toEqual(["ended"]);
    expect(line.past).toMatchObject([
      {
        worst: { value: 20, atMs: 120_000 },
        last: { value: 1 },
        ended: { atMs: 240_000, reason: "recovered" },
      },
    ]);
  });

  test("that breaches again while it recovers goes on as the same one, and mails nothing", () => {
    const line = new Line();
    line.see(bad, 3);
    const id = line.alert?.id;
    expect([...line.kinds(good, 2), ...line.kinds(bad), ...line.kinds(good, 2)]).toEqual([]);
    expect(line.alert?.id).toBe(id);
  });

  test("whose state is lost goes on firing, and a state whose alert is lost fires anew: neither is dropped", () => {
    const line = new Line();
    line.see(bad, 3);
    const id = line.alert?.id;
    line.state = INITIAL_LINE;
    expect(line.kinds(bad)).toEqual([]);
    expect(line.alert?.id).toBe(id);
    line.alert = null;
    expect(line.kinds(bad, 4)).toEqual(["fired"]);
  });
});

describe("a line of a capability that is scaled to zero", () => {
  const unwanted: StepReading = { kind: "not-wanted" };
  const CYCLES_IN_6_MIN = 12;

  test("isn't mailed as missing, however long that lasts", () => {
    const line = new Line(true);
    line.see(good);
    expect(line.kinds(unwanted, 100)).toEqual([]);
  });

  test("is mailed as missing five minutes after it is wanted again, since then", () => {
    const line = new Line(true);
    line.see(good);
    line.see(unwanted, 100);
    const wantedAtMs = line.atMs + INTERVAL_MS;
    expect(line.kinds(missing, 10)).toEqual([]);
    expect(line.see(missing)).toMatchObject([{ kind: "missing", sinceMs: wantedAtMs }]);
  });

  test("is not mailed as missing because one cycle could not ask whether it is wanted", () => {
    const line = new Line(true);
    line.see(good);
    for (let turn = 0; turn < 20; turn++)
      expect([...line.kinds(unwanted, 10), ...line.kinds(missing)]).toEqual([]);
  });

  test("keeps its open alert without a word, until it expires", () => {
    const line = new Line(true);
    line.see(bad, 3);
    expect(line.kinds(unwanted, 100)).toEqual([]);
    expect(line.alert).toMatchObject({ missingSinceMs: null, ended: null });
    line.atMs += 24 * 3_600_000;
    expect(line.see(unwanted)).toMatchObject([{ kind: "ended", reason: "expired" }]);
  });

  test("mails that data of its open alert is missing once it is wanted, and once only", () => {
    const line = new Line(true);
    line.see(bad, 3);
    line.see(unwanted, CYCLES_IN_6_MIN);
    expect(line.kinds(missing)).toEqual(["missing"]);
    expect([...line.kinds(unwanted, 5), ...line.kinds(missing, 5)]).toEqual([]);
  });
});

describe("an alert whose mail is held back", () => {
  const heldLine = () => {
    const line = new Line();
    line.see(bad, 3);
    if (!line.alert) throw new Error("It fires.");
    const hold = {
      sinceMs: line.atMs,
      untilMs: line.atMs + 3_600_000,
      components: [],
      issue: 7,
      overSinceMs: null,
      ended: null,
    };
    line.alert = { ...line.alert, notified: false, hold };
    return line;
  };

  test("ends with an event, though no mail reported its firing, and its hold ends with it", () => {
    const line = heldLine();
    expect(line.kinds(good, 3)).toEqual(["ended"]);
    expect(line.past[0]?.hold?.ended).toEqual({ atMs: line.atMs, why: "alert-over" });
  });

  test("is mailed as soon as its data is missing, and counts as mailed from there on", () => {
    const line = heldLine();
    expect(line.kinds(missing, 4)).toEqual(["missing"]);
    expect(line.alert).toMatchObject({ notified: true, hold: { ended: { why: "data-missing" } } });
    expect(line.kinds(good, 3)).toEqual(["ended"]);
  });

  test("and that is switched off ends as cancelled, which is mailed", () => {
    const line = heldLine();
    line.threshold = { ...above5, enabled: false, version: 1 };
    expect(line.kinds(bad)).toEqual(["ended"]);
    expect(line.past[0]).toMatchObject({
      ended: { reason: "cancelled" },
      hold: { ended: { why: "alert-over" } },
    });
  });
});

describe("an edited threshold", () => {
  test("never ends a firing alert by itself: only fresh values under the new one do", () => {
    const line = new Line();
    line.see(bad, 3);
    line.threshold = { ...above5, value: 50, version: 1 };
    expect(line.kinds(missing)).toEqual([]);
    expect(line.alert).not.toBeNull();
    expect(line.kinds(bad, 3)).toEqual(["ended"]);
  });

  test("takes back the time that was counted under the old one", () => {
    const line = new Line();
    line.see(bad, 2);
    line.threshold = { ...above5, value: 6, version: 1 };
    expect(line.kinds(bad, 2)).toEqual([]);
    expect(line.kinds(bad)).toEqual(["fired"]);
    line.see(good, 2);
    line.threshold = { ...above5, version: 2 };
    expect(line.kinds(good, 2)).toEqual([]);
    expect(line.kinds(good)).toEqual(["ended"]);
  });

  test("that switches the line off ends its alert as cancelled, once, and drops its state", () => {
    const line = new Line();
    line.see(bad, 3);
    line.threshold = { ...above5, enabled: false, version: 1 };
    expect(line.see(bad)).toMatchObject([{ kind: "ended", reason: "cancelled" }]);
    expect(line.state).toEqual({ ...INITIAL_LINE, version: 1 });
    expect(line.kinds(bad, 5)).toEqual([]);
    line.threshold = { ...above5, version: 2 };
    expect(line.kinds(bad, 3)).toEqual(["fired"]);
  });
});

describe("missing data", () => {
  test("of a firing line is mailed once after three cycles, and its alert stays open until a day has passed", () => {
    const line = new Line();
    line.see(bad, 3);
    expect(line.kinds(missing, 2)).toEqual([]);
    expect(line.see(missing)).toMatchObject([{ kind: "missing", sinceMs: 120_000 }]);
    expect(line.kinds(missing, 100)).toEqual([]);
    expect(line.kinds(good)).toEqual([]);
    expect(line.alert).toMatchObject({ missingSinceMs: null });
    const day = 86_400 / INTERVAL_SECONDS;
    const notified = line.see(missing, day + 4);
    expect(notified.map(({ kind }) => kind)).toEqual(["missing", "ended"]);
    expect(line.past).toMatchObject([{ ended: { reason: "expired" } }]);
  });

  test("of availability is a condition of its own: mailed after five minutes, and mailed when it ends", () => {
    const line = new Line(true);
    line.see(good);
    expect(line.kinds(missing, 10)).toEqual([]);
    expect(line.see(missing)).toMatchObject([{ kind: "missing", alert: null, sinceMs: 60_000 }]);
    expect(line.kinds(missing, 50)).toEqual([]);
    expect(line.see(good)).toMatchObject([{ kind: "data-back", ofParts: false }]);
    expect(line.kinds(good, 5)).toEqual([]);
  });

  test("of a part of availability ends as that of a part", () => {
    const line = new Line(true);
    const gone: BadPart = { name: ["https://a.example"], worst: 9, absentSinceMs: 60_000 };
    line.badParts = [gone];
    line.see(bad);
    expect(line.see(missing, 12)).toMatchObject([
      { kind: "missing", alert: null, missingParts: [gone.name] },
    ]);
    line.badParts = [];
    expect(line.see(good)).toMatchObject([{ kind: "data-back", ofParts: true }]);
  });

  test("of another line that doesn't fire is mailed to nobody", () => {
    const line = new Line();
    line.see(good);
    expect(line.kinds(missing, 50)).toEqual([]);
  });
});

describe("flapping", () => {
  const turns = (line: Line, count: number) =>
    Array.from({ length: count }, (_, index) => line.kinds(index % 2 === 0 ? bad : good, 3)).flat();

  test("is mailed at the sixth turn within an hour, instead of the turn; then nothing until it is settled", () => {
    const line = new Line();
    expect(turns(line, 5)).toEqual(["fired", "ended", "fired", "ended", "fired"]);
    expect(line.kinds(good, 3)).toEqual(["flapping"]);
    expect(turns(line, 6)).toEqual([]);
    expect(line.past).toHaveLength(6);
    expect(line.kinds(good, 59)).toEqual([]);
    expect(line.see(good)).toMatchObject([{ kind: "settled", alert: null }]);
    expect(turns(line, 2)).toEqual(["fired", "ended"]);
  });

  test("that settles while it fires says that it fires", () => {
    const line = new Line();
    turns(line, 6);
    line.see(bad, 3);
    expect(line.alert).toMatchObject({ notified: false });
    expect(line.see(bad, 60)).toMatchObject([{ kind: "settled", alert: { notified: true } }]);
    expect(line.kinds(good, 3)).toEqual(["ended"]);
  });

  test("isn't settled while nobody can see it", () => {
    const line = new Line();
    turns(line, 6);
    expect(line.kinds(missing, 100)).toEqual([]);
    expect(line.kinds(good)).toEqual(["settled"]);
  });

  test("isn't six turns over two hours", () => {
    const line = new Line();
    const slow = Array.from({ length: 6 }, (_, index) => line.kinds(index % 2 === 0 ? bad : good, 50)).flat();
    expect(slow).toEqual(["fired", "ended", "fired", "ended", "fired", "ended"]);
  });
});

test("a line that is no longer judged ends its alert with the reason, and is dropped", () => {
  const line = new Line();
  line.see(bad, 3);
  const { state, alert } = line;
  const result = endLine({ state, alert, lineKey: "latency/p95" }, 500_000, "offboarded");
  expect(result).toMatchObject({ state: INITIAL_LINE, alert: { ended: { reason: "offboarded" } } });
  expect(endLine({ state: INITIAL_LINE, alert: null, lineKey: "latency/p95" }, 1, "offboarded").state).toBe(
    INITIAL_LINE,
  );
});

test("whatever is seen: at most one open alert, reported in order, and quiet lines keep the very same state", () => {
  const readings = fc.array(
    fc.record({
      reading: fc.constantFrom<StepReading>(bad, good, missing, { kind: "no-traffic" }),
      times: fc.integer({ min: 1, max: 12 }),
      version: fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined, freq: 6 }),
      enabled: fc.constantFrom(true, true, true, false),
    }),
    { maxLength: 40 },
  );
  fc.assert(
    fc.property(readings, (steps) => {
      const line = new Line(true);
      const open = new Set<string>();
      for (const { reading, times, version, enabled } of steps) {
        line.threshold = { ...line.threshold, enabled, version: version ?? line.threshold.version };
        for (const event of line.see(reading, times)) {
          if (event.kind === "fired") open.add(event.alert.id);
          if (event.kind === "ended") expect(event.alert.ended).not.toBeNull();
          if (event.kind === "ended" && event.reason === "recovered")
            expect(event.alert.notified || open.has(event.alert.id)).toBe(true);
        }
        const fires = "episode" in line.state.step.judged;
        expect(fires).toBe(line.alert !== null);
        expect(line.alert?.missingSinceMs ?? null).toBe(
          line.alert && line.state.step.data.kind === "missing" ? line.state.step.data.sinceMs : null,
        );
      }
    }),
  );
  const state: LineState = {
    ...INITIAL_LINE,
    step: {
      ...INITIAL_STATE,
      judged: { condition: "ok", sinceMs: 0 },
      data: { kind: "fresh", sinceMs: 0, absent: null },
    },
  };
  const quiet = judgeLine(
    {
      tenantId: "a",
      lineKey: "latency/p95",
      state,
      alert: null,
      threshold: above5,
      isMissingMailed: true,
      badParts: null,
      newId: () => "",
    },
    good,
    { atMs: 30_000, intervalSeconds: 30, unknownUntilMs: null },
  );
  expect(quiet.state).toBe(state);
});

describe("parts", () => {
  const gone: BadPart = { name: ["photos-0", "db"], worst: 9, absentSinceMs: 60_000 };

  test("names the parts that are missing where a firing line has no data", () => {
    const line = new Line();
    line.badParts = [{ ...gone, absentSinceMs: null }];
    line.see(bad, 4);
    expect(line.alert).not.toBeNull();
    line.badParts = [gone];
    expect(line.see(missing, 3)).toMatchObject([{ kind: "missing", missingParts: [gone.name] }]);
    expect(line.state.badParts).toEqual([gone]);
  });

  test("names none where nothing of the line is seen", () => {
    const line = new Line();
    line.badParts = [{ ...gone, absentSinceMs: null }];
    line.see(bad, 4);
    expect(line.see(missing, 3)).toMatchObject([{ kind: "missing", missingParts: [] }]);
  });

  test("drops them once the line is ok, and keeps them in a cycle that learns nothing of them", () => {
    const line = new Line();
    line.badParts = [gone];
    line.see(bad, 4);
    line.badParts = null;
    line.see(bad);
    expect(line.state.badParts).toEqual([gone]);
    line.see(good, 40);
    expect(line.state.step.judged.condition).toBe("ok");
    expect(line.state.badParts).toEqual([]);
  });
});
