import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { applicableTo, judgedLineKeys } from "./applicable";
import { bundleSchema } from "./bundle";

const defaults = readFileSync(new URL("../definitions/defaults/bundle.yaml", import.meta.url), "utf8");
const bundle = bundleSchema.parse(parse(defaults));

describe("applicableTo", () => {
  test("leaves out just the lines that the capability doesn't have", () => {
    const applied = applicableTo(bundle, ["saturation/storage"]);
    expect(judgedLineKeys(bundle).filter((line) => !judgedLineKeys(applied).includes(line))).toEqual([
      "saturation/storage",
    ]);
    expect(bundle.signals.saturation.lines.map(({ id }) => id)).toContain("storage");
  });

  test("changes nothing for a name that the bundle doesn't know", () => {
    expect(applicableTo(bundle, ["saturation/tape"])).toEqual(bundle);
  });
});
