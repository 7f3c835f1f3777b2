import { describe, expect, test } from "vitest";
import { component, evidence, minutes, ONSET_MS } from "./evidence.fixture";
import { revised } from "./revise";

describe("evidence looked at again", () => {
  test("keeps what was seen at onset, and takes the state of now", () => {
    const kept = evidence({
      components: [component({ atOnset: "failing", now: "failing", parts: ["node-a"] })],
    });
    const seen = evidence({ components: [component({ atOnset: "ok", now: "ok" })] });
    expect(revised(kept, seen).components).toEqual([
      component({ atOnset: "failing", now: "ok", parts: ["node-a"] }),
    ]);
  });

  test("keeps apart what fails later, and remembers it when it works again", () => {
    const kept = evidence({ components: [component()], canary: { atOnset: "ok", now: "ok" } });
    const fails = evidence({
      components: [component({ now: "failing" })],
      canary: { atOnset: "ok", now: "failing" },
      saturated: [{ line: "cpu", label: "CPU", value: 0.95 }],
    });
    const after = revised(revised(kept, fails), evidence({ components: [component()] }));
    expect(after).toMatchObject({
      components: [{ atOnset: "ok", now: "ok", failedLater: true }],
      canary: { atOnset: "ok", now: "ok", failedLater: true },
      saturated: [],
      saturatedLater: [{ line: "cpu" }],
    });
  });

  test("names the parts that failed at onset, not those that fail later", () => {
    const nodes = (over: object) => component({ id: "nodes", name: "Nodes", dependence: "own", ...over });
    const kept = evidence({ components: [nodes({ atOnset: "failing", now: "failing", parts: ["a"] })] });
    const seen = evidence({ components: [nodes({ atOnset: "failing", now: "failing", parts: ["b"] })] });
    expect(revised(kept, seen).components?.[0]?.parts).toEqual(["a"]);
  });

  test("fills in what could not be asked at onset, and loses nothing where it can't be asked now", () => {
    const nothing = { components: null, canary: null, deployments: null, exits: null, saturated: null };
    const whole = evidence({
      deployments: [{ atMs: ONSET_MS, version: "1" }],
      saturated: [{ line: "cpu", label: "CPU", value: 0.95 }],
    });
    expect(revised(evidence(nothing), whole)).toMatchObject({
      components: whole.components,
      deployments: whole.deployments,
      saturated: whole.saturated,
    });
    expect(revised(whole, evidence(nothing))).toMatchObject({
      components: whole.components?.map((each) => ({ ...each, now: "unknown" })),
      canary: { atOnset: "ok", now: "unknown" },
      deployments: whole.deployments,
      exits: [],
      saturated: whole.saturated,
    });
  });

  test("says once and for all that others were affected", () => {
    const of = (before: boolean | null, after: boolean | null) =>
      revised(evidence({ othersAffected: before }), evidence({ othersAffected: after })).othersAffected;
    expect([of(true, false), of(true, null), of(false, true), of(null, false), of(false, null)]).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
  });

  test("counts a pod that lost its place once, and each end of a container", () => {
    const lost = (atMs: number) => ({ atMs, reason: "NodeLost", exitCode: null });
    const ended = (atMs: number) => ({ atMs, reason: "Error", exitCode: 1 });
    const kept = evidence({ exits: [lost(ONSET_MS), ended(ONSET_MS)] });
    const seen = evidence({
      exits: [lost(ONSET_MS + minutes(1)), ended(ONSET_MS), ended(ONSET_MS + minutes(1))],
    });
    expect(revised(kept, seen).exits).toEqual([
      lost(ONSET_MS),
      ended(ONSET_MS),
      ended(ONSET_MS + minutes(1)),
    ]);
  });

  test("keeps an end at onset where another of its kind came long before", () => {
    const ended = (atMs: number) => ({ atMs, reason: "Completed", exitCode: null });
    const exits = [ended(ONSET_MS - minutes(60)), ended(ONSET_MS - minutes(15))];
    expect(revised(evidence({ exits }), evidence({ exits })).exits).toEqual(exits);
    expect(revised(evidence({ exits: exits.slice(0, 1) }), evidence({ exits })).exits).toEqual(exits);
  });
});
