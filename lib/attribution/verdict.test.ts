import { describe, expect, test } from "vitest";
import type { Evidence } from "./evidence";
import { component, evidence, minutes, ONSET_MS } from "./evidence.fixture";
import { keptSide } from "./kept-side";
import { reasonWords } from "./reason-words";
import { differs, type Side, verdict } from "./verdict";

const deployed = { deployments: [{ atMs: ONSET_MS - minutes(4), version: "1.4.3" }] };
const outOfMemory = { exits: [{ atMs: ONSET_MS - minutes(1), reason: "OOMKilled", exitCode: 137 }] };
const nodeGone = { exits: [{ atMs: ONSET_MS, reason: "NodeLost", exitCode: null }] };
const ingressDown = { components: [component({ atOnset: "failing", now: "failing" })] };
const notMeasured = { components: [component({ atOnset: "unknown", now: "unknown" })], canary: null };

const CASES: [title: string, over: Partial<Evidence>, side: Side, kinds: string[]][] = [
  ["a deployment just before, on a platform that works, is yours", deployed, "yours", ["deployment"]],
  ["a container that ran out of memory is yours", outOfMemory, "yours", ["app-exit"]],
  [
    "a container that ended with an exit code of its own is yours, whatever is known of the platform",
    { ...notMeasured, exits: [{ atMs: ONSET_MS, reason: "Error", exitCode: 3 }] },
    "yours",
    ["app-exit"],
  ],
  [
    "a resource at its own limit is yours",
    { saturated: [{ line: "cpu", label: "CPU", value: 0.97 }] },
    "yours",
    ["saturated"],
  ],
  [
    "a surge on a platform that works is yours",
    { traffic: { before: 2, atOnset: 9 } },
    "yours",
    ["traffic-up"],
  ],
  ["with all of the platform known to work, what is left is yours", {}, "yours", ["platform-works"]],
  [
    "a failing component that everybody depends on is the platform's",
    ingressDown,
    "platform",
    ["component-failing"],
  ],
  [
    "a canary that fails is the platform's",
    { canary: { atOnset: "failing", now: "ok" } },
    "platform",
    ["canary-failing"],
  ],
  ["a pod whose node is gone is the platform's", nodeGone, "platform", ["machine-exit"]],
  [
    "others in the same minutes and a failing component that may matter agree on the platform",
    { othersAffected: true, components: [component({ atOnset: "failing", dependence: "unknown" })] },
    "platform",
    ["component-failing", "others-affected"],
  ],
  [
    "a deployment while the ingress fails is both",
    { ...deployed, ...ingressDown },
    "both",
    ["component-failing", "deployment"],
  ],
  [
    "running out of memory while the canary fails is both",
    { ...outOfMemory, canary: { atOnset: "failing", now: "failing" } },
    "both",
    ["canary-failing", "app-exit"],
  ],
  [
    "a deployment while others are affected too is unclear",
    { ...deployed, othersAffected: true },
    "unclear",
    ["others-affected", "deployment"],
  ],
  ["others alone are unclear", { othersAffected: true }, "unclear", ["others-affected"]],
  [
    "a deployment is unclear where nothing of the platform can be read",
    { ...deployed, ...notMeasured },
    "unclear",
    ["deployment"],
  ],
  ["nothing of the platform known and nothing of your own is unclear", notMeasured, "unclear", []],
  [
    "one component that can't be read keeps it unclear",
    { components: [component(), component({ id: "storage", atOnset: "unknown" })] },
    "unclear",
    [],
  ],
  ["a canary that can't be read keeps it unclear", { canary: null }, "unclear", []],
  ["not knowing of others keeps it unclear", { othersAffected: null }, "unclear", []],
  [
    "a kill from outside decides nothing by itself",
    { canary: null, exits: [{ atMs: ONSET_MS, reason: "Error", exitCode: 137 }] },
    "unclear",
    ["unclear-exit"],
  ],
  [
    "an eviction decides nothing by itself",
    { canary: null, exits: [{ atMs: ONSET_MS, reason: "Evicted", exitCode: null }] },
    "unclear",
    ["unclear-exit"],
  ],
  [
    "fewer requests decide nothing by themselves",
    { canary: null, traffic: { before: 4, atOnset: 1 } },
    "unclear",
    ["traffic-down"],
  ],
  [
    "a doubling of next to nothing is no surge",
    { canary: null, traffic: { before: 0.01, atOnset: 0.1 } },
    "unclear",
    [],
  ],
  [
    "what fails after it began is listed, and is no culprit",
    { ...deployed, components: [component({ now: "failing" })], canary: { atOnset: "ok", now: "failing" } },
    "yours",
    ["deployment", "component-failing", "canary-failing"],
  ],
  [
    "a component that can't cause the signal is no culprit, even at onset",
    { ...outOfMemory, components: [component({ atOnset: "failing", explains: false })] },
    "yours",
    ["app-exit", "component-failing"],
  ],
  [
    "a component that can't cause the signal keeps nothing unclear",
    { components: [component({ atOnset: "unknown", explains: false })] },
    "yours",
    ["platform-works"],
  ],
  [
    "a canary that can't show the signal neither decides nor keeps anything unclear",
    { canary: { atOnset: "failing", now: "failing", explains: false } },
    "yours",
    ["platform-works"],
  ],
  [
    "a container that ends and a resource that fills up after it fired are listed, and decide nothing",
    {
      ...ingressDown,
      onset: {
        signal: "error-rate",
        line: "error-rate",
        breachedAtMs: ONSET_MS,
        firedAtMs: ONSET_MS + minutes(5),
      },
      exits: [{ atMs: ONSET_MS + minutes(6), reason: "Error", exitCode: 3 }],
      saturatedLater: [{ line: "cpu", label: "CPU", value: 0.97 }],
    },
    "platform",
    ["component-failing", "app-exit", "saturated"],
  ],
  [
    "a node that is gone only after it fired is no culprit",
    {
      ...deployed,
      onset: {
        signal: "error-rate",
        line: "error-rate",
        breachedAtMs: ONSET_MS,
        firedAtMs: ONSET_MS + minutes(5),
      },
      exits: [{ atMs: ONSET_MS + minutes(8), reason: "NodeLost", exitCode: null }],
    },
    "yours",
    ["deployment"],
  ],
  [
    "a deployment long before counts for nothing",
    { canary: null, deployments: [{ atMs: ONSET_MS - minutes(40), version: "1" }] },
    "unclear",
    [],
  ],
  [
    "a deployment after it began counts for nothing",
    { canary: null, deployments: [{ atMs: ONSET_MS + minutes(1), version: "1" }] },
    "unclear",
    [],
  ],
  [
    "an exit of yesterday counts for nothing",
    { canary: null, exits: [{ atMs: ONSET_MS - minutes(1440), reason: "OOMKilled", exitCode: 137 }] },
    "unclear",
    [],
  ],
];

describe("verdict", () => {
  test.each(CASES)("%s", (_, over, side, kinds) => {
    const result = verdict(evidence(over));
    expect(result.side).toBe(side);
    expect(result.reasons.map(({ kind }) => kind)).toEqual(kinds);
    expect(result.wouldDecide === null).toBe(side !== "unclear");
  });

  test("names what could not be read as what would decide it", () => {
    expect(
      verdict(evidence({ components: [component({ name: "Storage", atOnset: "unknown" })] })).wouldDecide,
    ).toBe("The state of Storage could not be read: knowing that would decide it.");
  });

  test("says in one sentence what happened and how long before, without a time of day", () => {
    const sentences = verdict(evidence({ ...deployed, ...outOfMemory })).reasons.map(
      ({ sentence }) => sentence,
    );
    expect(sentences).toEqual([
      "A container of yours ended by itself, 1 min before it began: out of memory.",
      "You deployed 1.4.3 4 min before it began.",
    ]);
  });

  test("says of several exits that they are several", () => {
    const exits = [1, 2].map((count) => ({ atMs: ONSET_MS - minutes(count), reason: "Error", exitCode: 3 }));
    expect(verdict(evidence({ exits })).reasons[0]?.sentence).toBe(
      "Containers of yours exited repeatedly, first 1 min before it began: exit code 3.",
    );
  });

  test("calls a failure later only where it was seen to work at onset", () => {
    const of = (atOnset: "ok" | "unknown") =>
      verdict(
        evidence({
          components: [component({ name: "Nodes", atOnset, now: "failing" })],
          canary: { atOnset, now: "failing" },
        }),
      );
    const sentencesOf = (atOnset: "ok" | "unknown") =>
      of(atOnset)
        .reasons.filter(({ kind }) => kind !== "platform-works")
        .map(({ sentence }) => sentence);
    expect(sentencesOf("ok")).toEqual([
      "Nodes failed later, after the onset, so it isn't the cause.",
      "The platform's canary failed later, after the onset, so it isn't the cause.",
    ]);
    expect(sentencesOf("unknown")).toEqual([
      "Nodes is failing now. Its state at onset isn't known.",
      "The platform's canary is failing now. Its state at onset isn't known.",
    ]);
    expect(of("unknown").side).toBe("unclear");
  });

  test("distinguishes a component that has come back from one that still fails, and neither of a past alert", () => {
    const of = (now: "ok" | "failing" | "unknown", isOpen: boolean) =>
      verdict(evidence({ components: [component({ atOnset: "failing", now })] })).reasons.map((reason) =>
        reasonWords(reason, isOpen),
      )[0];
    const was = "Ingress, which every capability depends on, was failing at onset";
    expect([of("ok", true), of("ok", false)]).toEqual([`${was}; has recovered.`, `${was}; has recovered.`]);
    expect([of("failing", true), of("failing", false)]).toEqual([`${was}; still failing.`, `${was}.`]);
    expect([of("unknown", true), of("unknown", false)]).toEqual([`${was}.`, `${was}.`]);
  });
});

describe("differs", () => {
  test("is another side, another reason, or a component that has come back", () => {
    const before = verdict(evidence(deployed));
    expect(differs(before, verdict(evidence(deployed)))).toBe(false);
    expect(differs(before, verdict(evidence({ ...deployed, ...outOfMemory })))).toBe(true);
    expect(differs(before, verdict(evidence({ ...deployed, ...ingressDown })))).toBe(true);
    const back = { components: [component({ atOnset: "failing", now: "ok" })] };
    expect(differs(verdict(evidence(ingressDown)), verdict(evidence(back)))).toBe(true);
  });
});

test.each<[Side[], Side | null]>([
  [[], null],
  [["yours", "both"], "yours"],
  [["unclear", "platform", "both"], "platform"],
  [["unclear", "unclear"], "unclear"],
])("of the sides %j, %s is kept", (sides, kept) => {
  expect(keptSide(sides)).toBe(kept);
});

test.each([
  [
    "Ingress, which every capability depends on, is failing now.",
    "Ingress, which every capability depends on, failed after it began.",
  ],
  [
    "Nodes (a), which your capability depends on, is failing, and was when it began.",
    "Nodes (a), which your capability depends on, was failing at onset.",
  ],
  [
    "Memory is at 93 % of your limit, which is beyond its threshold.",
    "Memory was at 93 % of your limit, beyond its threshold.",
  ],
  ["Others are affected too, in the same minutes.", "Others were affected in the same minutes."],
])("a sentence of an older build reads in the past once its alert is over: %s", (sentence, past) => {
  expect(reasonWords({ sentence }, false)).toBe(past);
  expect(reasonWords({ sentence }, true)).toBe(sentence);
});
