import { expect, test } from "vitest";
import { cells, one, words } from "@/testing/markup";
import { readable } from "@/testing/readable";
import { availabilityView } from "@/testing/views/series";
import { BarTables } from "./bar-tables";

test("the table in place of the bars has their figures, downtime and what is unknown", () => {
  const root = readable(<BarTables tables={[{ range: "24h", view: availabilityView(), failure: null }]} />);
  expect(words(root)).toContain("24 hours: 95 %, 33 % unknown");
  const [head, ...rows] = cells(one(root, "table"));
  expect(head).toEqual(["From", "Available", "Known", "Downtime"]);
  expect(rows.map((row) => row[1])).toEqual(["unknown", "90 %", "100 %"]);
});

test("bars that can't be had are not taken for health", () => {
  const root = readable(<BarTables tables={[{ range: "7d", view: null, failure: "The store is away." }]} />);
  expect(words(root)).toContain("7 days: – Could not be brought up to date: The store is away.");
});
