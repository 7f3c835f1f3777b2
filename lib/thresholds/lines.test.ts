import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { bundleSchema } from "@/lib/catalogue/bundle";
import { thresholdEditEvents } from "./edit-events";
import { editViews, thresholdLines } from "./lines";
import type { RecordedEdit } from "./record";

const bundle = bundleSchema.parse(parse(readFileSync("lib/definitions/defaults/bundle.yaml", "utf8")));
const setting = {
  enabled: true,
  value: 2,
  inclusive: false,
  forSeconds: 60,
  recoverForSeconds: 60,
  version: 1,
};
const edit = (id: string, line: string, change: Partial<RecordedEdit> = {}): RecordedEdit => ({
  id,
  signal: "latency",
  line,
  atMs: Number(id),
  by: "owner@photos.example",
  from: null,
  to: setting,
  preview: null,
  ...change,
});
const plain = (text: string) => text.replaceAll("\u00a0", " ");

test("every judged line stands under a name of its own, in the bundle's order", () => {
  expect(thresholdLines(bundle, []).map(({ name }) => name)).toEqual([
    "Availability",
    "Ready replicas",
    "Running pods",
    "Latency p95",
    "Error rate",
    "CPU saturation",
    "Memory saturation",
    "Storage saturation",
    "Restarts",
  ]);
});

test("a setting that can't be judged by is named, and the default is shown as what holds", () => {
  const bad = { ...setting, signal: "latency", line: "p95", value: Number.NaN };
  const [line] = thresholdLines(bundle, [bad]).filter(({ unusable }) => unusable);
  expect(line).toMatchObject({ key: "latency/p95", threshold: { value: 1, source: "default" } });
});

test("only the newest edit of a line that is still judged can be undone", () => {
  const edits = [edit("3", "p95"), edit("2", "p95"), edit("1", "gone")];
  const views = editViews(thresholdLines(bundle, []), edits, new Set());
  expect(views.map(({ id, undoable, line }) => [id, undoable, line?.name ?? null])).toEqual([
    ["3", true, "Latency p95"],
    ["2", false, "Latency p95"],
    ["1", false, null],
  ]);
});

test("an edit without a preview is pending while it is worked out, unknown after that, and none where the alert is off", () => {
  const summary = { range: "7d", stepSeconds: 60, alerts: 0, longestSeconds: 0, mails: 0 };
  const edits = [
    edit("4", "p95", { preview: summary }),
    edit("3", "p95"),
    edit("2", "p95"),
    edit("1", "p95", { to: { ...setting, enabled: false } }),
  ];
  const views = editViews(thresholdLines(bundle, []), edits, new Set(["3"]));
  expect(views.map(({ previewState }) => previewState)).toEqual(["known", "pending", "unknown", "none"]);
});

test("an edit is an event in words; of a line that is gone there is none", () => {
  const edits = [edit("5", "p95"), edit("6", "p95", { from: setting, to: { ...setting, enabled: false } })];
  const events = thresholdEditEvents(bundle, [...edits, edit("7", "gone")]);
  expect(events).toMatchObject([
    { kind: "threshold-edit", signal: "latency", name: "Latency p95", from: "the platform's default" },
    { to: "off", by: "owner@photos.example", atMs: 6 },
  ]);
  expect(events.map((event) => event.kind === "threshold-edit" && plain(event.to))).toEqual([
    "above 2 s for 1 min",
    "off",
  ]);
});
