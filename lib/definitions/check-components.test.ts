import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { type Components, componentsSchema } from "@/lib/catalogue/components";
import { checkComponents } from "./check-components";
import { pathText } from "./problem";

const text = readFileSync(new URL("./defaults/components.yaml", import.meta.url), "utf8");

function findings(change: (definition: Components) => void, tenantLabel = "tenant"): string[] {
  const definition = componentsSchema.parse(parse(text));
  change(definition);
  return checkComponents(definition, { tenantLabel }).map(
    ({ path, message }) => `${pathText(path)}: ${message}`,
  );
}

const first = ({ components: [component] }: Components) => {
  if (!component) throw new Error("there is a component");
  return component;
};

describe("checkComponents", () => {
  test("finds nothing in the components that the portal brings, whatever the tenant label is called", () => {
    expect(findings(() => {})).toEqual([]);
    expect(findings(() => {}, "capability_id")).toEqual([]);
  });

  test.each<[string, (definition: Components) => void, string]>([
    [
      "a state that could have the tenant's label",
      (definition) => Object.assign(first(definition), { state: "min by ($tenant) (up)" }),
      "components[0].state: The answer would have the label tenant, and it may have no label.",
    ],
    [
      "a state that has a part that isn't named",
      (definition) => Object.assign(first(definition), { state: "min by (node) (up)" }),
      "components[0].state: The answer would have the label node, and it may have no label.",
    ],
    [
      "a state as it was scraped",
      (definition) => Object.assign(first(definition), { state: "up" }),
      "components[0].state: The labels of the answer can't be determined",
    ],
    [
      "dependents that aren't grouped by tenant",
      (definition) => Object.assign(first(definition), { dependents: "max by (node) (kube_pod_info)" }),
      "components[0].dependents: max in the query mixes tenants",
    ],
    [
      "lost pods that aren't grouped by tenant",
      (definition) => Object.assign(definition, { podLosses: "kube_pod_status_reason" }),
      "podLosses: The query is not grouped by tenant",
    ],
    [
      "a part without dependents",
      (definition) => Object.assign(first(definition), { part: "node" }),
      "components[0].part: names parts, but without dependents",
    ],
    [
      "a canary with dependents",
      (definition) =>
        Object.assign(first(definition), { id: "canary", dependents: "max by ($tenant) (kube_pod_info)" }),
      "components[0]: is the canary, which has no parts and no dependents",
    ],
    [
      "the same id twice",
      (definition) => Object.assign(first(definition), { id: "nodes" }),
      'components[4].id: "nodes" is the id of another component.',
    ],
    [
      "a part that goes by the tenant's label",
      (definition) =>
        Object.assign(first(definition), {
          part: "tenant",
          state: "min by (tenant) (up)",
          dependents: "max by (tenant) (up)",
        }),
      "components[0].state: The query may not have the label tenant",
    ],
    [
      "a state that also reads what tenants expose",
      (definition) => Object.assign(first(definition), { state: 'min(up{job="ingress"}) * min(down)' }),
      'components[0].state: up{job="ingress"} also reads what tenants expose, who could so call the component failing or working. ' +
        'Write up{job="ingress",$tenant=""}.\ncomponents[0].state: down also reads what tenants expose, who could so call the ' +
        'component failing or working. Write down{$tenant=""}.',
    ],
    [
      "a state that names a tenant, which is not the canary's to be",
      (definition) => Object.assign(first(definition), { state: 'min(up{$tenant="canary"})' }),
      'components[0].state: up{tenant="canary"} also reads what tenants expose',
    ],
    [
      "a canary that reads everybody",
      (definition) => Object.assign(definition.components.at(-1) ?? {}, { state: "min(probe_success)" }),
      'components[6].state: probe_success also reads what other tenants expose. Write probe_success{$tenant="canary"}.',
    ],
  ])("refuses %s", (_, change, sentence) => {
    expect(findings(change).join("\n")).toContain(sentence);
  });
});
