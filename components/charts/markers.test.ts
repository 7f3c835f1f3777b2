import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CapabilityEvent } from "@/lib/evaluation/event";
import { markersAt, markersOf, markerWords } from "./markers";
import type { Row } from "./shape";

const restart = (atMs: number): CapabilityEvent => ({
  kind: "restart",
  atMs,
  pod: "photos-1",
  container: "photos",
  reason: "Error",
  exitCode: 1,
});
const deployment = (atMs: number): CapabilityEvent => ({ kind: "deployment", atMs, version: "1.4.2" });

describe("markersOf", () => {
  test("puts what is close together into one place, with a sign and a count for each kind", () => {
    const markers = markersOf([restart(20), deployment(15), restart(10), restart(900)], 0, 1_000, 1_000);
    expect(
      markers.map(({ atMs, kinds }) => [atMs, kinds.map(({ kind, events }) => `${kind} ${events.length}`)]),
    ).toEqual([
      [10, ["restart 2", "deployment 1"]],
      [900, ["restart 1"]],
    ]);
    expect(markers[0] && markerWords(markers[0])).toMatch(/^2 restarts, the last: .*; Deployed 1\.4\.2$/);
  });

  test("loses no event of the range, shows none outside of it, and lets no place overlap another (property)", () => {
    const times = fc.array(fc.integer({ min: -500, max: 1_500 }));
    fc.assert(
      fc.property(times, fc.integer({ min: 1, max: 2_000 }), (all, axisPx) => {
        const events = all.map((atMs, index) => (index % 2 ? restart(atMs) : deployment(atMs)));
        const markers = markersOf(events, 0, 1_000, axisPx);
        const shown = markers.flatMap(({ kinds }) => kinds.flatMap((kind) => kind.events));
        expect(shown).toHaveLength(all.filter((time) => time >= 0 && time <= 1_000).length);
        const places = markers.map(({ atMs }) => (atMs / 1_000) * axisPx);
        for (const [index, px] of places.entries())
          if (index > 0) expect(px - (places[index - 1] ?? 0)).toBeGreaterThan(31.9);
      }),
    );
  });
});

test("a marker is pointed at from the row nearest to any of its events", () => {
  const rows: Row[] = [0, 10, 20, 30].map((atMs) => ({ atMs, values: [1] }));
  const markers = markersOf([deployment(9), deployment(19), restart(31)], 0, 100, 300);
  const at = (index: number) => markersAt(markers, rows, rows[index] as Row).map(({ atMs }) => atMs);
  expect([at(0), at(1), at(2), at(3)]).toEqual([[], [9], [9], [31]]);
});
