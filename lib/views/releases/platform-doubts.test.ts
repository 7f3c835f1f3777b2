import { describe, expect, test } from "vitest";
import { usesOf } from "@/lib/attribution/component-states";
import { componentsSchema } from "@/lib/catalogue/components";
import { platformDoubts } from "./platform-doubts";

const MINUTE_MS = 60_000;
const AT_MS = Date.UTC(2026, 10, 30, 12);
const STRETCHES = {
  lengthMs: 30 * MINUTE_MS,
  blockMs: 2.5 * MINUTE_MS,
  before: { fromMs: AT_MS - 30 * MINUTE_MS, toMs: AT_MS },
  after: { fromMs: AT_MS + 5 * MINUTE_MS, toMs: AT_MS + 35 * MINUTE_MS },
};
const COMPONENTS = componentsSchema.parse({
  components: [
    { id: "ingress", name: "Ingress", state: "up" },
    { id: "nodes", name: "Nodes", part: "node", state: "up", dependents: "pods" },
  ],
});

/** Fails in these minutes after the release, works in the others. */
const series = (component: string, failingMinutes: readonly number[], part?: string) => ({
  labels: { component, ...(part && { part }) },
  points: Array.from({ length: 66 }, (_, index): [number, number] => {
    const minute = index - 30;
    return [AT_MS + minute * MINUTE_MS, failingMinutes.includes(minute) ? 0 : 1];
  }),
});
const uses = (...nodes: string[]) =>
  usesOf(nodes.map((node) => ({ labels: { component: "nodes", part: node }, value: 1 })));
const doubts = (states: ReturnType<typeof series>[], used: ReturnType<typeof uses> | null = uses("node-a")) =>
  platformDoubts(COMPONENTS, states, used, STRETCHES, MINUTE_MS).map(({ name }) => name);

describe("a component of the platform makes a release doubtful", () => {
  test("if it failed for a block before or after, with the signals that it can explain", () => {
    expect(doubts([series("ingress", [10, 11, 12])])).toEqual(["Ingress"]);
    expect(doubts([series("ingress", [-12, -11, -5])])).toEqual(["Ingress"]);
    const [ingress] = platformDoubts(
      COMPONENTS,
      [series("ingress", [10, 11, 12])],
      null,
      STRETCHES,
      MINUTE_MS,
    );
    expect(ingress?.signals).toEqual(["availability", "latency", "error-rate"]);
  });

  test("not if it failed shorter, in no single time long enough, or in the minutes that are left out", () => {
    expect(doubts([series("ingress", [10, 11])])).toEqual([]);
    expect(doubts([series("ingress", [-2, 10, 11])])).toEqual([]);
    expect(doubts([series("ingress", [1, 2, 3, 4, 5])])).toEqual([]);
  });

  test("only by the parts that the capability uses, or by any where that isn't known", () => {
    const failing = [series("nodes", [10, 11, 12], "node-b")];
    expect(doubts(failing)).toEqual([]);
    expect(doubts(failing, uses("node-b"))).toEqual(["Nodes"]);
    expect(doubts(failing, uses())).toEqual([]);
    expect(doubts(failing, null)).toEqual(["Nodes"]);
  });

  test("not by a state that isn't known", () => {
    const unknown = series("ingress", []);
    const points = unknown.points.map(([atMs]): [number, number] => [atMs, Number.NaN]);
    expect(doubts([{ ...unknown, points }])).toEqual([]);
  });
});
