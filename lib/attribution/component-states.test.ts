import { describe, expect, test } from "vitest";
import type { Components } from "@/lib/catalogue/components";
import { canaryOf, componentsFor, statesAt, usesOf, worstStates } from "./component-states";

const DEFINED: Components = {
  windowSeconds: 60,
  components: [
    { id: "ingress", name: "Ingress", state: "min(up)" },
    { id: "nodes", name: "Nodes", part: "node", state: "min by (node) (up)", dependents: "…" },
    { id: "storage", name: "Storage", state: "min(up)", dependents: "…" },
    { id: "canary", name: "Canary", state: "min(up)" },
  ],
};
const sample = (component: string, part: string, value: number) => ({
  labels: { component, ...(part && { part, node: part }) },
  value,
});
const now = statesAt([
  sample("ingress", "", 1),
  sample("nodes", "node-a", 1),
  sample("nodes", "node-b", 0),
  sample("nodes", "node-c", Number.NaN),
  sample("storage", "", 0.5),
  sample("canary", "", 0),
]);
const usesOfNodes = (...nodes: string[]) => usesOf(nodes.map((node) => sample("nodes", node, 1)));
const of = (uses: ReturnType<typeof usesOf> | null) =>
  componentsFor(DEFINED, { atOnset: null, now, uses }).map(({ id, parts, dependence, now }) => [
    id,
    parts,
    dependence,
    now,
  ]);

describe("the components that concern a tenant", () => {
  test("are those of everybody, and of the others the parts that it uses", () => {
    expect(of(usesOfNodes("node-a"))).toEqual([
      ["ingress", [], "everyone", "ok"],
      ["nodes", [], "own", "ok"],
    ]);
    expect(of(usesOfNodes("node-a", "node-b"))[1]).toEqual(["nodes", ["node-b"], "own", "failing"]);
    expect(of(usesOfNodes("node-c"))[1]).toEqual(["nodes", [], "own", "unknown"]);
    expect(of(usesOf([sample("storage", "", 1)]))).toContainEqual(["storage", [], "own", "failing"]);
  });

  test("name their parts without characters that hide or turn what follows", () => {
    const hidden = statesAt(
      ["node-\u202ea", "node-\u200ba", "\u3164"].map((part) => sample("nodes", part, 0)),
    );
    const uses = usesOfNodes("node-\u202ea", "node-\u200ba", "\u3164");
    const found = componentsFor(DEFINED, { atOnset: null, now: hidden, uses });
    expect(found.map(({ parts }) => parts)).toEqual([[], ["node- a"]]);
  });

  test("without knowing what it uses, may be any, and none of their parts is named", () => {
    expect(of(null).slice(1)).toEqual([
      ["nodes", [], "unknown", "failing"],
      ["storage", [], "unknown", "failing"],
    ]);
  });

  test("are unknown where their state could not be asked", () => {
    expect(componentsFor(DEFINED, { atOnset: null, now: null, uses: usesOfNodes("node-b") })).toMatchObject([
      { id: "ingress", atOnset: "unknown", now: "unknown" },
      { id: "nodes", atOnset: "unknown", now: "unknown", parts: [] },
    ]);
  });
});

describe("a time", () => {
  const series = [
    {
      labels: { component: "ingress" },
      points: [
        [0, 1],
        [60, 0],
        [120, 1],
      ] as [number, number][],
    },
  ];
  test("is as bad as its worst instant, its ends included", () => {
    const at = (fromMs: number, toMs: number) => worstStates(series, fromMs, toMs).get("ingress")?.get("");
    expect(at(0, 120)).toBe("failing");
    expect(at(60, 60)).toBe("failing");
    expect(at(61, 200)).toBe("ok");
    expect(at(130, 200)).toBeUndefined();
  });
});

describe("the canary", () => {
  test("is null where the operator runs none, and unknown where it has no value", () => {
    expect(canaryOf(DEFINED, { atOnset: now, now: null })).toEqual({ atOnset: "failing", now: "unknown" });
    expect(
      canaryOf({ ...DEFINED, components: DEFINED.components.slice(0, 2) }, { atOnset: now, now }),
    ).toBeNull();
  });
});
