import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { SIGNAL_IDS } from "./bundle";
import { explainedSignals } from "./component-causes";
import { componentsSchema } from "./components";

const defaults = componentsSchema.parse(
  parse(readFileSync("lib/definitions/defaults/components.yaml", "utf8")),
);
const SERVING = ["availability", "latency", "error-rate"];
const CAUSES = {
  ingress: SERVING,
  network: SERVING,
  storage: [...SERVING, "restarts"],
  identity: SERVING,
  nodes: [...SERVING, "restarts"],
  "metrics-store": [],
  canary: SERVING,
};

test("each component of the default has a table of what it can cause, and none can cause a saturation", () => {
  expect(Object.fromEntries(defaults.components.map((each) => [each.id, explainedSignals(each)]))).toEqual(
    CAUSES,
  );
});

test("an operator's own component explains all but saturation, unless the definitions say what", () => {
  expect(explainedSignals({ id: "database" })).toEqual(SIGNAL_IDS.filter((id) => id !== "saturation"));
  expect(explainedSignals({ id: "database", explains: ["latency"] })).toEqual(["latency"]);
  expect(explainedSignals({ id: "ingress", explains: [] })).toEqual([]);
});

test.each([[["memory"]], [["latency", "latency"]], ["latency"]])("explains: %j is refused", (explains) => {
  const [component] = defaults.components;
  expect(componentsSchema.safeParse({ components: [{ ...component, explains }] }).success).toBe(false);
});
