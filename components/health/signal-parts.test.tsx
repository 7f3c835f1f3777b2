import { expect, test } from "vitest";
import type { LineBreakdown } from "@/lib/views/health/read-breakdowns";
import { all, cells, one, words } from "@/testing/markup";
import { readable } from "@/testing/readable";
import { breakdownView, IN_STATUS, lineView, NOW_MS } from "@/testing/views/health";
import { SignalParts } from "./signal-parts";

const MEMORY = lineView({
  id: "memory",
  label: "Memory",
  reading: { kind: "value", value: 0.93, sampledAtMs: NOW_MS },
});
const parts = (breakdowns: readonly LineBreakdown[], id: "saturation" | "restarts" = "saturation") =>
  readable(
    <SignalParts
      signal={{ id, unit: id === "restarts" ? "count" : "share" }}
      breakdowns={breakdowns}
      asOfMs={NOW_MS}
    />,
  );
const answered = (answer: LineBreakdown["answer"], line = MEMORY) => [{ line, answer }];
const broken = (...made: Parameters<typeof breakdownView>) =>
  answered({ kind: "parts", breakdown: breakdownView(...made) });

test("a line's parts stand with value and threshold, the worst first, and with the time that they are of", () => {
  const other = { words: "container web of pod photos-1", value: 0.4, isBad: false };
  const root = parts(broken([{}, other], { counts: { all: 9, bad: 1 } }));
  expect(cells(one(root, "table"))).toEqual([
    ["containers", "Value", "Threshold"],
    ["container db of pod photos-0", "93 %", "breaches it"],
    ["container web of pod photos-1", "40 %", "within it"],
  ]);
  expect(words(root)).toContain("The worst 2 of 9 containers. 8 of 9 containers are within the threshold.");
  expect(words(root)).toContain("14:02:15 CET; reload the page for newer values");
});

test("a line whose alert is off has no word about its threshold", () => {
  const off = { ...MEMORY, threshold: { ...MEMORY.threshold, enabled: false } };
  const breakdown = breakdownView([{}, {}]);
  const root = parts(answered({ kind: "parts", breakdown }, off));
  expect(cells(one(root, "table"))[0]).toEqual(["containers", "Value"]);
  expect(words(root)).not.toMatch(/threshold|breach|within/);
});

test("where parts add up, those with a share stand with it", () => {
  const shares = [
    { words: "route /upload", value: 0.09, share: 0.9 },
    { words: "route /", value: 0.01, share: 0.1 },
    { words: "route /fine", value: 0, share: 0, isBad: false },
  ];
  const root = parts(broken(shares, { adds: true, label: "routes", counts: { all: 40, bad: 2 } }));
  expect(cells(one(root, "table"))).toEqual([
    ["routes", "Value", "Share"],
    ["route /upload", "9 %", "90 %"],
    ["route /", "1 %", "10 %"],
  ]);
  expect(words(root)).toContain("38 of 40 routes have none.");
  const none = parts(broken([{ value: 0, isBad: false }], { adds: true, label: "routes" }));
  expect(words(none)).toContain("None of the routes has a share in it.");
  expect(all(none, "table")).toEqual([]);
});

test("restarts that a deployment explains are said not to count", () => {
  const line = lineView({
    id: "restarts",
    label: "Restarts",
    reading: { kind: "value", value: 1, sampledAtMs: NOW_MS },
  });
  const breakdown = breakdownView([{ value: 3, share: 1 }], { adds: true });
  const said = "Restarts that came with a deployment are listed and don’t count for the alert.";
  expect(words(parts(answered({ kind: "parts", breakdown }, line), "restarts"))).toContain(said);
  const counted = { ...line, reading: { kind: "value", value: 3, sampledAtMs: NOW_MS } } as const;
  expect(words(parts(answered({ kind: "parts", breakdown }, counted), "restarts"))).not.toContain(said);
});

test.each<[string, LineBreakdown["answer"], Partial<typeof MEMORY>, string]>([
  [
    "can't be asked",
    { kind: "unknown", message: "It is away." },
    {},
    "The parts of Memory could not be asked for. It is away.",
  ],
  [
    "has no labels for its parts",
    { kind: "unnamed", by: ["route", "handler", "path"] },
    {},
    "Memory can’t be broken down: its metrics don’t have the label route, handler or path.",
  ],
  ["has no part with a value", { kind: "none" }, {}, "No part of Memory has a value."],
  [
    "has no data",
    { kind: "no-value" },
    IN_STATUS["no-data"],
    "Memory has no value now, so its parts aren’t shown.",
  ],
  ["has no traffic", { kind: "no-value" }, IN_STATUS["no-traffic"], "Too few requests to break Memory down."],
])("a line that %s says so, and shows no table", (_, answer, change, said) => {
  const root = parts(answered(answer, { ...MEMORY, ...change }));
  expect(words(root)).toContain(said);
  expect(all(root, "table")).toEqual([]);
});

test("parts that could not be counted are said to be perhaps more", () => {
  expect(words(parts(broken([{}], { counts: null })))).toContain("There may be more containers");
});

test("a signal that can't be broken down has no such panel", () => {
  expect(words(parts([]))).toBe("");
});
