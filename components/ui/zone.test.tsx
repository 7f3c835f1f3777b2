import { expect, test } from "vitest";
import { attribute, one, words } from "@/testing/markup";
import { readable } from "@/testing/readable";
import { NOW_MS } from "@/testing/views/health";
import { LiveFailure, LiveHead } from "./live-head";
import { Time } from "./zone";

test("a time is written in the tenant's zone with the zone's name, and for machines in UTC", () => {
  const at = (zone: string) =>
    one(readable(<Time atMs={NOW_MS} style="day-clock" withZone />, { zone }), "time");
  expect(words(at("Europe/Berlin"))).toBe("21 Nov 14:02 CET");
  expect(words(at("UTC"))).toBe("21 Nov 13:02 UTC");
  expect(attribute(at("Europe/Berlin"), "datetime")).toBe("2026-11-21T13:02:15.000Z");
});

test("a live page says as of when it is", () => {
  const root = readable(<LiveHead title="Timeline" lead="What changed." asOfMs={NOW_MS} />);
  expect(words(root)).toBe("Timeline What changed. as of 14:02:15 CET CET UTC");
});

test("a live page that is no longer current says so in a status, with a button to ask again", () => {
  const root = readable(<LiveFailure sentence="Watchpost can't be reached from here." onRetry={() => {}} />);
  expect(words(one(root, "[role=status]"))).toBe("Watchpost can't be reached from here. Try again");
});
