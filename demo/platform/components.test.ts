import { expect, test } from "vitest";
import { componentsSchema } from "@/lib/catalogue/components";
import { checkComponents } from "@/lib/definitions/check-components";
import { DEMO_COMPONENTS } from "./components";

test("the demo's components pass the check that every operator's do", () => {
  expect(componentsSchema.parse(DEMO_COMPONENTS)).toEqual(DEMO_COMPONENTS);
  expect(checkComponents(DEMO_COMPONENTS, { tenantLabel: "tenant" })).toEqual([]);
});
