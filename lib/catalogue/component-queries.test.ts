import { expect, test } from "vitest";
import { plainText } from "@/lib/promql/plain-text";
import { platformQuery } from "@/lib/promql/platform-query";
import { dependentsQuery, statesQuery } from "./component-queries";
import { CANARY } from "./components";
import { COMPONENTS } from "./components.fixture";

test("queries that end in comments are joined, and none is lost", () => {
  const components = COMPONENTS.map((each) => ({
    ...each,
    state: `${each.state} # 1 while it works`,
    ...(each.dependents && { dependents: `${each.dependents} # by node` }),
  }));
  const options = { label: "tenant", windowSeconds: 120 };
  const { template, only } = statesQuery({ components, windowSeconds: 120 });
  const states = platformQuery(template, { ...options, only, canary: CANARY }).promql;
  for (const { id } of COMPONENTS) expect(states).toContain(`"${id}"`);
  const dependents = dependentsQuery({ components, windowSeconds: 120 });
  expect(plainText(dependents ?? "")).toContain('"nodes"');
});
