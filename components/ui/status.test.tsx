import { expect, test } from "vitest";
import { STATUSES } from "@/lib/evaluation/view";
import { OVERALL_STATES } from "@/lib/views/health/view";
import { all, attribute, words } from "@/testing/markup";
import { readable } from "@/testing/readable";
import { greenIn, iconsIn, outlineOf } from "@/testing/status-icons";
import { Failed } from "./failed";
import { OVERALL_STATUS, STATUS_WORDS, StatusPill } from "./status";

test.each(STATUSES)("%s has a word of its own and an outline of its own, whatever its colour", (status) => {
  const root = readable(<StatusPill status={status} />);
  expect(words(root)).toBe(STATUS_WORDS[status]);
  expect(iconsIn(root)).toEqual([status]);
  const others = STATUSES.filter((other) => other !== status);
  expect(others.map((other) => STATUS_WORDS[other])).not.toContain(STATUS_WORDS[status]);
  const [svg] = all(root, "svg");
  const outlines = others.flatMap((other) =>
    all(readable(<StatusPill status={other} />), "svg").map(outlineOf),
  );
  expect(outlines).not.toContain(svg && outlineOf(svg));
});

test("a status's icon is hidden from screen readers, because its word stands beside it", () => {
  for (const svg of all(readable(<StatusPill status="firing" />), "svg"))
    expect(attribute(svg, "aria-hidden")).toBe("true");
});

test("green, the check and “OK” belong to ok alone", () => {
  for (const status of STATUSES)
    expect(greenIn(readable(<StatusPill status={status} />)).length > 0, status).toBe(status === "ok");
});

test("of the overall states only healthy takes the icon of ok", () => {
  expect(OVERALL_STATES.filter((state) => OVERALL_STATUS[state] === "ok")).toEqual(["healthy"]);
});

test("a panel that could not be loaded says what is missing and why, and takes the icon of unknown", () => {
  const root = readable(<Failed what="The chart" reason="The metrics store did not answer in time." />);
  expect(words(root)).toBe("The chart could not be loaded The metrics store did not answer in time.");
  expect(iconsIn(root)).toEqual(["unknown"]);
});

test("a panel that can be asked for again has a button for it", () => {
  const again = (onRetry?: () => void) =>
    all(readable(<Failed what="The chart" reason="No." onRetry={onRetry} />), "button").map(words);
  expect(again(() => {})).toEqual(["Try again"]);
  expect(again()).toEqual([]);
});
