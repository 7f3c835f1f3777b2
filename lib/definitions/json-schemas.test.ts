import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { jsonSchemaFiles } from "./json-schemas";

const published = (name: string) =>
  readFileSync(new URL(`../../docs/schemas/${name}`, import.meta.url), "utf8");

test.each(Object.entries(jsonSchemaFiles()))(
  "docs/schemas/%s says what the portal takes (npm run definitions -- schema)",
  (name, text) => {
    expect(published(name)).toBe(text);
  },
);

test("the schemas know every key, so that an editor can refuse others", () => {
  const { anyOf } = JSON.parse(published("tenants.schema.json"));
  expect(anyOf).toHaveLength(2);
  expect(anyOf[1].additionalProperties).toBe(false);
  expect(Object.keys(anyOf[1].properties)).toEqual([
    "id",
    "name",
    "contactAddress",
    "timeZone",
    "onboardingIssueUrl",
    "state",
    "links",
    "without",
    "owners",
    "migrations",
    "leaving",
  ]);
  expect(anyOf[1].required).toEqual(["id", "name", "contactAddress", "timeZone", "state"]);
});
