import { expect, test } from "vitest";
import { readinessOf } from "./report";

const sound = {
  environmentFaults: [],
  appliedMigrations: ["1_first", "2_second"],
  wantedMigrations: ["1_first", "2_second"],
  definitionsApplied: true,
  metricsFault: null,
  providerFault: null,
  openFilesFault: null,
};

test("ready is when nothing is missing", () => {
  expect(readinessOf(sound)).toEqual({ ready: true, missing: [], degraded: [] });
});

test("a database ahead of this build is ready: an older replica serves on during a roll-out", () => {
  expect(readinessOf({ ...sound, appliedMigrations: ["1_first", "2_second", "3_third"] }).ready).toBe(true);
});

test("a metrics store that is down is named and keeps nobody out", () => {
  const fault = "The metrics store can't be reached.";
  expect(readinessOf({ ...sound, metricsFault: fault })).toEqual({
    ready: true,
    missing: [],
    degraded: [fault],
  });
});

test("a provider at which nobody can sign in is named and keeps nobody out", () => {
  const providerFault = "The sign-in service can't be used.";
  expect(readinessOf({ ...sound, providerFault })).toEqual({
    ready: true,
    missing: [],
    degraded: [providerFault],
  });
});

test("too few files that may be open are named and keep nobody out", () => {
  const openFilesFault = "This process may have only 64 files open.";
  expect(readinessOf({ ...sound, openFilesFault })).toEqual({
    ready: true,
    missing: [],
    degraded: [openFilesFault],
  });
});

test.each([
  ["the database", { appliedMigrations: null, definitionsApplied: false }, "The database can't be reached"],
  ["a migration", { appliedMigrations: ["1_first"] }, "lacks migrations: 2_second"],
  ["every migration", { appliedMigrations: [], definitionsApplied: false }, "1_first, 2_second"],
  ["the definitions", { definitionsApplied: false }, "No definitions have been applied"],
  ["a variable", { environmentFaults: ["OIDC_ISSUER is not set."] }, "OIDC_ISSUER is not set."],
])("%s that is missing is named, and alone", (_, facts, named) => {
  const report = readinessOf({ ...sound, ...facts });
  expect(report.ready).toBe(false);
  expect(report.missing).toHaveLength(1);
  expect(report.missing[0]).toContain(named);
});
