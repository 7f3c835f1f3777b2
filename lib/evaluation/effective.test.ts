import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { bundleSchema } from "@/lib/catalogue/bundle";
import { effectiveThresholds, type ThresholdSetting, unusableSettings } from "./effective";

const bundle = bundleSchema.parse(parse(readFileSync("lib/definitions/defaults/bundle.yaml", "utf8")));
const setting: ThresholdSetting = {
  signal: "latency",
  line: "p95",
  enabled: true,
  value: 2,
  inclusive: true,
  forSeconds: 60,
  recoverForSeconds: 90,
  version: 3,
};

test("every judged line has the platform's default from the first day, and a line that is only drawn has none", () => {
  const thresholds = effectiveThresholds(bundle, []);
  expect([...thresholds.keys()]).toEqual([
    "availability/availability",
    "availability/replicas",
    "availability/pods",
    "latency/p95",
    "error-rate/error-rate",
    "saturation/cpu",
    "saturation/memory",
    "saturation/storage",
    "restarts/restarts",
  ]);
  expect(thresholds.get("latency/p95")).toEqual({
    value: 1,
    inclusive: false,
    forSeconds: 300,
    recoverForSeconds: 300,
    enabled: true,
    version: 0,
    source: "default",
  });
});

test("an owner's setting holds for its own line alone", () => {
  const thresholds = effectiveThresholds(bundle, [{ ...setting, enabled: false }]);
  expect(thresholds.get("latency/p95")).toMatchObject({
    value: 2,
    inclusive: true,
    enabled: false,
    version: 3,
  });
  expect(thresholds.get("saturation/cpu")).toMatchObject({ source: "default", enabled: true });
});

test("a setting of a line that the bundle no longer judges changes nothing", () => {
  expect(effectiveThresholds(bundle, [{ ...setting, line: "p95000" }])).toEqual(
    effectiveThresholds(bundle, []),
  );
});

test.each([
  { value: Number.NaN },
  { value: Number.POSITIVE_INFINITY },
  { forSeconds: -1 },
  { recoverForSeconds: 10_000_000 },
])("a setting out of range is named, and the default judges in its place: %o", (fault) => {
  const bad = { ...setting, ...fault };
  expect(effectiveThresholds(bundle, [bad]).get("latency/p95")).toMatchObject({
    value: 1,
    source: "default",
  });
  expect(unusableSettings([bad, setting])).toEqual([bad]);
});
