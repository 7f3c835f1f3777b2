import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { bundleSchema } from "./bundle";
import { withNewerKeys, withoutNewerKeys } from "./newer-keys";

const bundle = bundleSchema.parse(parse(readFileSync("lib/definitions/defaults/bundle.yaml", "utf8")));

test("a bundle is stored without what older builds refuse, and read with it", () => {
  const { document, newer } = withoutNewerKeys(bundle);
  for (const key of ["parts", "breakdown", "unlimited", "highest", "fills", "waiting", "scaledToZero"]) {
    expect(JSON.stringify(bundle)).toContain(`"${key}"`);
    expect(JSON.stringify(document)).not.toContain(`"${key}"`);
  }
  expect(Object.keys(newer).length).toBeGreaterThan(0);
  expect(withNewerKeys(document, newer)).toEqual(bundle);
});

test("a bundle that another build applied stays as it is", () => {
  const { document } = withoutNewerKeys(bundle);
  expect(withNewerKeys(document, null)).toBe(document);
  expect(withNewerKeys(bundle, {})).toEqual(bundle);
});

test.each([[null], [{}], [{ label: "tenant" }]])("%j has nothing to take out", (document) => {
  expect(withNewerKeys(document, {})).toEqual(document);
  if (document) expect(withoutNewerKeys(document)).toEqual({ document, newer: {} });
});

test("components are stored without what they explain, and read with it", () => {
  const components = [
    { id: "ingress", name: "Ingress", state: "1", explains: ["latency"] },
    { id: "nodes", name: "Nodes", state: "1" },
  ];
  const { document, newer } = withoutNewerKeys({ windowSeconds: 120, components });
  expect(JSON.stringify(document)).not.toContain("explains");
  expect(withNewerKeys(document, newer)).toEqual({ windowSeconds: 120, components });
});
