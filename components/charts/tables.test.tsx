import { expect, test } from "vitest";
import { all, attribute, cells, one, outline, words } from "@/testing/markup";
import { readable } from "@/testing/readable";
import { seriesView } from "@/testing/views/series";
import { ChartTables } from "./chart-tables";
import { SeriesTable } from "./series-table";
import { TablesInstead } from "./tables-instead";

const LATENCY = { id: "latency" as const, title: "Latency" };

test("a reader without JavaScript is led to the same address with tables, and can go there", () => {
  const root = readable(<TablesInstead />, { address: "/signals/latency?range=7d" });
  const href = "/signals/latency?range=7d&amp;tables=1";
  const [markup] = one(root, "noscript").childNodes;
  expect(markup).toMatchObject({ value: expect.stringContaining(`content="0; url=${href}"`) });
  expect(markup).toMatchObject({ value: expect.stringContaining(`<a href="${href}"`) });
});

test("the table in place of a chart has its lines, its threshold, what happened, and where nothing is known", () => {
  const root = readable(<SeriesTable title="Latency" view={seriesView()} failure={null} />);
  expect(words(root)).toContain("newest first; alert: p95 > 1 s.");
  const [head, newest, ...older] = cells(one(root, "table"));
  expect(head).toEqual(["Until", "p50", "p95", "Event"]);
  expect(newest?.slice(0, 3)).toEqual(["21 Nov 14:02 CET", "100 ms", "440 ms"]);
  expect(older.map((row) => row[3]).join()).toContain("1.4.2");
  expect(words(root)).not.toMatch(/\b0 ms\b/);
});

test("a table that could not be had says why, with what was last known", () => {
  const text = words(
    readable(<SeriesTable title="Latency" view={seriesView()} failure="The store is away." />),
  );
  expect(text).toContain("Could not be brought up to date: The store is away.");
  expect(text).toContain("440 ms");
});

test("the tables of a page have a heading each, and every range a link of its own", () => {
  const tables = { latency: { view: seriesView(), failure: null } };
  const root = readable(<ChartTables title="Trends" signals={[LATENCY]} range="6h" tables={tables} />);
  expect(outline(root)).toEqual(["2 Trends", "3 Latency, last 6 hours"]);
  expect(all(root, "a").map((link) => attribute(link, "href"))).toEqual([
    "?range=6h",
    ...["1h", "6h", "24h", "7d", "30d"].map((range) => `?range=${range}&tables=1`),
  ]);
});
