import { beforeAll, describe, expect, test } from "vitest";
import { CAPABILITY_IDS } from "../characters";
import { pastBefore, podsOf } from "../scenario";
import { clusterAt, DAYS, writeWeek } from "./week";

const NOW = Date.parse("2026-11-20T10:00:00Z");
const past = pastBefore(NOW);

type Samples = { atMs: number; value: number }[];
/** What is kept of the text: the series that the tests look into, and what was wrong with any. */
const KEPT = /^(http_request_duration_seconds_count|probe_success|kube_pod_container_status_last_terminated)/;
const read = {
  series: new Map<string, Samples>(),
  lastMs: new Map<string, number>(),
  endings: 0,
  wrong: [] as string[],
};

/** The lines of a piece; for requests only the counts, since the buckets are most of the text and say the same. */
function linesOf(piece: string): string[] {
  if (!piece.startsWith("http_request_duration_seconds")) return piece.split("\n");
  return piece.match(/^http_request_duration_seconds_count\{.*$/gm) ?? [];
}

function readText(text: Iterable<string>): void {
  for (const piece of text) {
    for (const line of linesOf(piece)) {
      if (line === "# EOF") read.endings += 1;
      if (line === "" || line === "# EOF") continue;
      const end = line.lastIndexOf("} ") + 1;
      const [head, value, atMs] = readLine(line, end);
      if (atMs <= (read.lastMs.get(head) ?? 0)) read.wrong.push(`goes back: ${line}`);
      if (atMs >= past.gap.fromMs && atMs < past.gap.toMs) read.wrong.push(`in the gap: ${line}`);
      read.lastMs.set(head, atMs);
      if (!KEPT.test(head)) continue;
      const samples = read.series.get(head) ?? [];
      samples.push({ atMs, value });
      read.series.set(head, samples);
    }
  }
}

function readLine(line: string, end: number): [head: string, value: number, atMs: number] {
  const space = line.indexOf(" ", end + 1);
  return [line.slice(0, end), Number(line.slice(end + 1, space)), Number(line.slice(space + 1)) * 1000];
}

const matching = (...parts: string[]) =>
  [...read.series].filter(([head]) => parts.every((part) => head.includes(part)));

describe("the week of history", () => {
  beforeAll(() => {
    const week = writeWeek(past, 1);
    for (let nth = 0; nth < DAYS; nth += 1) readText(week.day(nth));
    readText(week.tail(NOW + 20_000));
  }, 120_000);

  test("comes in seven days and a tail, each a whole OpenMetrics text", () => {
    expect(read.endings).toBe(DAYS + 1);
  });

  test("never goes back in a series, and has no sample at all while Prometheus was away", () => {
    expect(read.wrong).toEqual([]);
  });

  test("ends where its tail should end", () => {
    const last = Math.max(...read.lastMs.values());
    expect(last).toBeLessThan(NOW + 20_000);
    expect(NOW + 20_000 - last).toBeLessThanOrEqual(5_000);
  });

  test("stamps each tenant's series with its tenant and namespace, and no other", () => {
    for (const head of read.lastMs.keys()) {
      const namespace = /namespace="tenant-([a-z]+)"/.exec(head)?.[1];
      expect(/[{,]tenant="([a-z]+)"/.exec(head)?.[1]).toBe(namespace);
    }
  });

  test("never lets a counter fall but at a restart of its container", () => {
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

  test("follows the day: the photo library's evening is busier than its night", () => {
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

  test("holds a short unavailability of the ticket desk and of nobody at the same time", () => {
    const failed = (id: string) =>
      matching("probe_success{", `tenant="${id}"`).flatMap(([, samples]) =>
        samples.filter(({ value }) => value === 0).map(({ atMs }) => atMs),
      );
    expect(failed("tickets")).toHaveLength((6 * 60) / 5);
    expect(failed("photos")).toEqual([]);
    expect(failed("weather").some((atMs) => failed("tickets").includes(atMs))).toBe(false);
  });

  test("says the reason and the exit code of each restart", () => {
    expect(matching("last_terminated_reason{", 'reason="OOMKilled"', 'tenant="tickets"')).toHaveLength(1);
    expect(matching("last_terminated_exitcode{", 'tenant="tickets"')[0]?.[1].at(-1)?.value).toBe(137);
  });

  test("has a quiet last hour, so that the demo starts healthy", () => {
    const recent = CAPABILITY_IDS.flatMap((id) => past.capabilities[id].alerts).filter(
      ({ toMs }) => toMs > NOW - 3_600_000,
    );
    expect(recent).toEqual([]);
  });

  test("ends with the very pods that the demo then starts", () => {
    const names = clusterAt(past, NOW + 1_000).pods.map((pod) => pod.name);
    const living = CAPABILITY_IDS.flatMap((id) => podsOf(past, id).filter(({ toMs }) => toMs > NOW));
    expect(names).toEqual(living.map(({ name }) => name));
  });
});
