import { expect, test } from "vitest";
import type { Hold } from "@/lib/attribution/hold";
import type { StepReading, StepState } from "@/lib/evaluation/step";
import type { Alert } from "./alert";
import { openAlert } from "./alert.fixture";
import { INITIAL_LINE } from "./judge";
import { judgeCycle, type PlanInput, planMails } from "./plan";

const NOW = Date.UTC(2026, 10, 21, 14);
const HOUR_MS = 3_600_000;
const LINE = "latency/p95";
const threshold = {
  value: 5,
  inclusive: false,
  forSeconds: 60,
  recoverForSeconds: 60,
  enabled: true,
  version: 0,
  source: "default",
} as const;

/** The mails of a cycle that reads this of a line whose alert is open. */
function mailsOf(alert: Alert, reading: StepReading) {
  const step: StepState = {
    judged: {
      condition: "firing",
      sinceMs: alert.firedAtMs,
      episode: { breachedAtMs: alert.breachedAtMs, firedAtMs: alert.firedAtMs, worst: 9 },
    },
    data: { kind: "fresh", sinceMs: 0, absent: null },
  };
  const input: PlanInput = {
    atMs: NOW,
    intervalSeconds: 30,
    lines: [
      {
        lineKey: LINE,
        worse: "higher",
        isMissingMailed: false,
        unknownUntilMs: null,
        readings: new Map([["photos", reading]]),
        badParts: new Map(),
      },
    ],
    live: new Map([["photos", []]]),
    evicted: new Set(),
    thresholdsOf: () => new Map([[LINE, threshold]]),
    states: new Map([[LINE, new Map([["photos", { ...INITIAL_LINE, step }]])]]),
    alerts: [alert],
    threads: new Map([[alert.thread.id, { accepted: true, mayHaveLeft: true, open: false }]]),
    newId: () => "new",
  };
  const planned = planMails(input, judgeCycle(input), () => ({ kind: "over" }));
  return planned.mails.map(({ mail }) => mail.kind);
}

const READINGS: [string, StepReading, boolean][] = [
  ["still breaches", { kind: "value", value: 9 }, true],
  ["isn't wanted", { kind: "not-wanted" }, false],
  ["could not be asked", { kind: "unknown" }, false],
];

test.each(READINGS)("whether an alert's reminder is sent while its line %s", (_, reading, isSent) => {
  const alert = openAlert("a", LINE, { firedAtMs: NOW - 5 * HOUR_MS });
  expect(mailsOf(alert, reading)).toEqual(isSent ? ["reminder"] : []);
});

test.each(READINGS)(
  "whether a held alert has outlasted its incident while its line %s",
  (_, reading, isSent) => {
    const hold: Hold = {
      sinceMs: NOW - HOUR_MS / 2,
      untilMs: NOW + HOUR_MS / 2,
      components: ["Ingress"],
      issue: 7,
      overSinceMs: NOW - HOUR_MS / 4,
      ended: null,
    };
    const alert = openAlert("a", LINE, { firedAtMs: NOW - HOUR_MS / 2, notified: false, hold });
    expect(mailsOf(alert, reading)).toEqual(isSent ? ["firing"] : []);
  },
);
