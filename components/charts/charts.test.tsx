import { expect, test } from "vitest";
import { PollError } from "@/components/ui/get-json";
import { EVENT_KINDS } from "@/lib/evaluation/event-kinds";
import type { SeriesView } from "@/lib/views/series/view";
import { all, attribute, cells, named, one, outline, words } from "@/testing/markup";
import { readable } from "@/testing/readable";
import { outlineOf } from "@/testing/status-icons";
import { NOW_MS, signalView } from "@/testing/views/health";
import { seriesView } from "@/testing/views/series";
import { ChartPanel } from "./chart-panel";
import { ChartStack } from "./chart-stack";
import { ChartFigures } from "./chart-table";
import { areEnds, EventLegend } from "./event-glyph";
import { rowsOf } from "./shape";

const LATENCY = { id: "latency" as const, title: "Latency" };
const AWAY = new PollError("failed", "The metrics store is away.");
const panel = (
  view: SeriesView | null,
  failure: PollError | null = null,
  signal: Parameters<typeof ChartPanel>[0]["signal"] = LATENCY,
) =>
  readable(
    <ChartPanel
      signal={signal}
      series={{ view, failure, retry: () => {} }}
      range="6h"
      renderedAtMs={NOW_MS}
      linked
    />,
  );
const without = seriesView({
  lines: seriesView().lines.map((line) => ({ ...line, points: line.points.map(([atMs]) => [atMs, null]) })),
});

test("a chart on its way keeps its place and says nothing of values", () => {
  expect(words(panel(null))).toBe("Latency");
  expect(named(panel(null), "region")).toEqual(["Latency, last 6 hours"]);
});

test("a chart names its newest values and its threshold in words", () => {
  const text = words(panel(seriesView()));
  expect(text).toContain("440 ms");
  expect(text).toContain("alert > 1 s");
});

test("the legend has the value of the card beside the chart, and of no older or averaged point", () => {
  const view = seriesView({ toMs: NOW_MS - 240_000 });
  const shown = { asOfMs: NOW_MS, signal: { ...signalView("latency"), drawn: [{ id: "p50", value: 0.07 }] } };
  const root = readable(
    <ChartPanel
      signal={LATENCY}
      series={{ view, failure: null, retry: () => {} }}
      shown={shown}
      range="6h"
      renderedAtMs={NOW_MS}
      linked
    />,
  );
  expect(all(root, "[data-legend]").map(words)).toEqual(["p50 now 70 ms", "p95 now 212 ms"]);
});

test("each of several lines has a switch that says whether it is shown; a single line has none", () => {
  const switches = all(panel(seriesView()), "button");
  expect(switches.map((each) => [words(each), attribute(each, "aria-pressed")])).toEqual([
    ["p50 100 ms", "true"],
    ["p95 440 ms", "true"],
  ]);
  const [, p95] = seriesView().lines;
  expect(all(panel(seriesView({ lines: p95 ? [p95] : [] })), "button")).toEqual([]);
});

test("a chart that could not be had says why, and can be asked for again", () => {
  const root = panel(null, AWAY);
  expect(words(root)).toContain("The chart could not be loaded The metrics store is away.");
  expect(named(root, "button")).toEqual(["Try again"]);
});

test("an old chart says that it is old, as of when, and can be asked for again", () => {
  const root = panel(seriesView(), AWAY);
  expect(words(one(root, "[role=status]"))).toBe(
    "Could not be brought up to date: The metrics store is away. Drawn as of 14:02:15 CET. Try again",
  );
});

test("of several old charts one tells a screen reader, and each says it to the eye", () => {
  const signals = [LATENCY, { id: "restarts" as const, title: "Restarts" }];
  const asked = signals.map(({ id }) => ({
    key: ["photos", "series", id, "6h"],
    answer: seriesView({ signal: id }),
    failure: AWAY,
  }));
  const root = readable(
    <ChartStack title="Trends" tenantId="photos" signals={signals} renderedAtMs={NOW_MS} />,
    { asked },
  );
  expect(words(root).match(/Could not be brought up to date/g)).toHaveLength(2);
  expect(all(root, "[role=status]")).toHaveLength(1);
});

test.each([
  ["latency", "Latency", "No values in the last 6 hours: too few requests, or nothing measured"],
  ["restarts", "Restarts", "Nothing measured in the last 6 hours"],
] as const)("an empty chart of %s says what may lack, and draws no zero", (id, title, said) => {
  const root = panel(without, null, { id, title });
  expect(words(root)).toContain(said);
  expect(words(root)).not.toMatch(/\b0 ms\b/);
});

test("events that could not be asked for are not taken for none", () => {
  const failed = [{ part: "events" as const, code: "timeout", message: "It took too long." }];
  expect(words(panel(seriesView({ failed })))).toContain(
    "Deployments and restarts could not be asked: It took too long.",
  );
});

test("above the charts stands what their drawing alone doesn't say", () => {
  const stack = (id: "restarts" | "availability" | "latency") =>
    words(
      readable(
        <ChartStack title="Trends" tenantId="photos" signals={[{ id, title: id }]} renderedAtMs={NOW_MS} />,
      ),
    );
  expect(stack("restarts")).toContain("Restarts in the 5 min after a deployment are drawn, and don’t count.");
  expect(stack("availability")).toContain(
    "Where availability falls below 97 %, its scale is stretched towards 100 %.",
  );
  expect(stack("latency")).not.toMatch(/stretched|don’t count/);
});

test("each chart of the stack stands below a heading and leads to its signal's page with the range", () => {
  const root = readable(
    <ChartStack title="Trends" tenantId="photos" signals={[LATENCY]} renderedAtMs={NOW_MS} />,
    { address: "/?range=24h" },
  );
  expect(outline(root)).toEqual(["2 Trends", "3 Latency"]);
  expect(all(root, "a").map((link) => attribute(link, "href"))).toContain("/signals/latency?range=24h");
  expect(words(root)).toContain("Gaps: no data.");
});

test("every kind of event has a word and an outline of its own", () => {
  const root = readable(<p>{EventLegend()}</p>);
  expect(words(root)).toContain("deployment");
  const outlines = all(root, "svg").map(outlineOf);
  expect(new Set(outlines).size).toBe(EVENT_KINDS.length);
});

test("the table behind a chart has a row for each point, newest first, with heads that name what they hold", () => {
  const view = seriesView();
  const table = one(readable(<ChartFigures title="Latency" rows={rowsOf(view)} view={view} />), "table");
  const [head, newest, ...older] = cells(table);
  expect(head).toEqual(["Time, CET", "p50", "p95", "Event"]);
  expect(newest?.slice(0, 3)).toEqual(["21 Nov 14:02", "100 ms", "440 ms"]);
  expect(older).toHaveLength(view.lines[0] ? view.lines[0].points.length - 1 : 0);
});

test("a gap is a gap in the table as well, said to a screen reader, and no zero", () => {
  const view = seriesView();
  const table = one(readable(<ChartFigures title="Latency" rows={rowsOf(view)} view={view} />), "table");
  const gaps = cells(table).filter((row) => row[2] === "– nothing known");
  expect(gaps).toHaveLength(1);
  expect(gaps[0]?.[1]).toBe("100 ms");
});

test("an event stands in the row of its time", () => {
  const view = seriesView();
  const table = one(readable(<ChartFigures title="Latency" rows={rowsOf(view)} view={view} />), "table");
  const events = cells(table).filter((row) => row[3] !== "" && row[0] !== "Time, CET");
  expect(events.map((row) => row[3])).toEqual([expect.stringContaining("1.4.2")]);
});

test("the table's box can be scrolled by keyboard, and is named", () => {
  const view = seriesView();
  const box = one(readable(<ChartFigures title="Latency" rows={rowsOf(view)} view={view} />), "section");
  expect(attribute(box, "tabindex")).toBe("0");
  expect(attribute(box, "aria-label")).toBe("Latency, as table");
});

test("a range that doesn't exist is said, with the one that is shown instead", () => {
  const stack = (address: string) =>
    words(
      readable(<ChartStack title="Trends" tenantId="photos" signals={[LATENCY]} renderedAtMs={NOW_MS} />, {
        address,
      }),
    );
  expect(stack("/?range=bogus")).toContain(
    "The address asks for a range that doesn’t exist. Shown: 6 hours.",
  );
  for (const address of ["/", "/?range=7d"]) expect(stack(address)).not.toContain("doesn’t exist");
});

const alertEvent = { kind: "alert", atMs: 0, id: "a", name: "Error rate" } as const;
const began = { ...alertEvent, edge: "began", end: null } as const;
const ended = { ...alertEvent, edge: "ended", end: { afterMs: 1, reason: "recovered" } } as const;
test("an alert that ended isn't red, unless one that began stands in the same place", () => {
  expect(areEnds([ended])).toBe(true);
  expect(areEnds([began, ended])).toBe(false);
  expect(areEnds([{ kind: "deployment", atMs: 0, version: "1" }])).toBe(false);
});
