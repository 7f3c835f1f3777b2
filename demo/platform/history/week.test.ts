import { beforeAll, describe, expect, it } from "vitest";
import { CAPABILITY_IDS } from "../characters";
import { pastBefore, podsOf } from "./scenario";
import { clusterAt, weekByDays } from "./week";

const NOW = Date.parse("2026-11-20T10:00:00Z");
const past = pastBefore(NOW);

/** Samples of one series each, in the order in which they are written. */
type Week = Map<string, { atMs: number; value: number }[]>;
let week: Week;

/** The lines of a piece; of the requests only the counts, since the buckets are most of the text and say the same. */
function linesOf(piece: string): string[] {
  if (!piece.startsWith("http_request_duration_seconds")) return piece.split("\n");
  return piece.match(/^http_request_duration_seconds_count\{.*$/gm) ?? [];
}

function readWeek(seed: number): { week: Week; endings: number } {
  const series: Week = new Map();
  let endings = 0;
  for (const { text } of weekByDays(past, seed)) {
    for (const piece of text) {
      for (const line of linesOf(piece)) {
        if (line === "# EOF") endings += 1;
        if (line === "" || line.startsWith("#")) continue;
        const end = line.lastIndexOf("} ") + 1;
        const [value, seconds] = line.slice(end + 1).split(" ");
        const head = line.slice(0, end);
        const samples = series.get(head) ?? [];
        samples.push({ atMs: Number(seconds) * 1000, value: Number(value) });
        series.set(head, samples);
      }
    }
  }
  return { week: series, endings };
}

const matching = (...parts: string[]) =>
  [...week.entries()].filter(([head]) => parts.every((part) => head.includes(part)));

describe("the week of history", () => {
  let endings = 0;
  beforeAll(() => {
    ({ week, endings } = readWeek(1));
  }, 60_000);

  it("comes in seven days, each a whole OpenMetrics text", () => {
    expect(endings).toBe(7);
  });

  it("ends just before the demo starts, and never goes back in a series", () => {
    for (const [head, samples] of week) {
      samples.forEach(({ atMs }, nth) => {
        const before = samples[nth - 1];
        if (before && before.atMs >= atMs) throw new Error(`${head} goes back at ${atMs}.`);
      });
    }
    const last = Math.max(...[...week.values()].map((samples) => samples.at(-1)?.atMs ?? 0));
    expect(last).toBeLessThan(NOW);
    expect(NOW - last).toBeLessThanOrEqual(5_000);
  });

  it("has no sample at all while Prometheus was away", () => {
    const inGap = [...week.values()]
      .flat()
      .filter(({ atMs }) => atMs >= past.gap.fromMs && atMs < past.gap.toMs);
    expect(inGap).toEqual([]);
  });

  it("stamps each tenant's series with its tenant and namespace, and no other", () => {
    for (const [head] of matching('namespace="')) {
      const namespace = /namespace="tenant-([a-z]+)"/.exec(head)?.[1];
      expect(/[{,]tenant="([a-z]+)"/.exec(head)?.[1]).toBe(namespace);
    }
  });

  it("never lets a counter fall but at a restart of its container", () => {
    const falls = matching("http_request_duration_seconds_count{").flatMap(([head, samples]) =>
      samples
        .filter(({ value }, nth) => value < (samples[nth - 1]?.value ?? 0))
        .map(({ atMs }) => ({ head, atMs })),
    );
    const restarts = CAPABILITY_IDS.flatMap((id) => past.capabilities[id].restarts);
    for (const fall of falls) {
      expect(restarts.some(({ atMs }) => Math.abs(atMs - fall.atMs) <= 120_000)).toBe(true);
    }
    expect(new Set(falls.map(({ atMs }) => atMs)).size).toBeGreaterThanOrEqual(restarts.length);
  });

  it("follows the day: the photo library's evening is busier than its night", () => {
    const served = (from: string, to: string) =>
      matching("http_request_duration_seconds_count{", 'tenant="photos"', 'code="200"').reduce(
        (sum, [, samples]) => {
          const between = samples.filter(({ atMs }) => atMs >= Date.parse(from) && atMs < Date.parse(to));
          return sum + (between.at(-1)?.value ?? 0) - (between[0]?.value ?? 0);
        },
        0,
      );
    const evening = served("2026-11-18T17:00:00Z", "2026-11-18T19:00:00Z");
    const night = served("2026-11-18T05:00:00Z", "2026-11-18T07:00:00Z");
    expect(evening / night).toBeGreaterThan(2);
  });

  it("holds a short unavailability of the ticket desk and of nobody at the same time", () => {
    const failed = (id: string) =>
      matching("probe_success{", `tenant="${id}"`).flatMap(([, samples]) =>
        samples.filter(({ value }) => value === 0).map(({ atMs }) => atMs),
      );
    expect(failed("tickets")).toHaveLength((6 * 60) / 5);
    expect(failed("photos")).toEqual([]);
    expect(failed("weather").some((atMs) => failed("tickets").includes(atMs))).toBe(false);
  });

  it("tells the reason and the exit code of each restart", () => {
    expect(matching("last_terminated_reason{", 'reason="OOMKilled"', 'tenant="tickets"')).toHaveLength(1);
    expect(matching("last_terminated_exitcode{", 'tenant="tickets"')[0]?.[1].at(-1)?.value).toBe(137);
  });

  it("has a quiet last hour, so that the demo starts healthy", () => {
    const recent = CAPABILITY_IDS.flatMap((id) => past.capabilities[id].episodes).filter(
      ({ toMs }) => toMs > NOW - 3_600_000,
    );
    expect(recent).toEqual([]);
  });

  it("ends with the very pods that the demo then starts", () => {
    const names = clusterAt(past, NOW - 1).pods.map((pod) => pod.name);
    const living = CAPABILITY_IDS.flatMap((id) => podsOf(past, id).filter(({ toMs }) => toMs === NOW));
    expect(names).toEqual(living.map(({ name }) => name));
  });
});
