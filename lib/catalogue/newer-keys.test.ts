import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { bundleSchema } from "./bundle";
import { withNewerKeys, withoutNewerKeys } from "./newer-keys";

const bundle = bundleSchema.parse(parse(readFileSync("lib/definitions/defaults/bundle.yaml", "utf8")));

test("a bundle is stored without the parts of its lines, and read with them", () => {
  const { document, newer } = withoutNewerKeys(bundle);
  expect(JSON.stringify(document)).not.toContain('"parts"');
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
