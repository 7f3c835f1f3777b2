import { describe, expect, test } from "vitest";
import { deploymentsOf, eventsIn, restartsOf } from "./events";

const deployed = (version: string, seconds: number) => ({
  labels: { version, replicaset: `rs-${version}` },
  value: seconds,
});
const pod = { namespace: "n", pod: "photos-1", container: "web" };

describe("deployments", () => {
  test("are read from the time of creation, oldest first", () => {
    expect(deploymentsOf([deployed("1.4.2", 2_000), deployed("1.4.1", 1_000)])).toEqual([
      { kind: "deployment", atMs: 1_000_000, version: "1.4.1" },
      { kind: "deployment", atMs: 2_000_000, version: "1.4.2" },
    ]);
  });

  test("of several parts in one version at one time are one; the same version later is another", () => {
    const samples = [deployed("1.4.2", 1_000), deployed("1.4.2", 1_060), deployed("1.4.2", 9_000)];
    expect(deploymentsOf(samples).map(({ atMs }) => atMs)).toEqual([1_000_000, 9_000_000]);
  });

  test("have a version in which everything is seen, whatever is exposed", () => {
    expect(deploymentsOf([deployed("1.4\u202e2\nx", 5), deployed("\u200b", 9)])).toMatchObject([
      { version: "1.4 2 x" },
      { version: "rs-" },
    ]);
  });

  test("without a version go by the replica set's name, and without a time don't exist", () => {
    expect(deploymentsOf([{ labels: { replicaset: "photos-7d9" }, value: 5 }])).toMatchObject([
      { version: "photos-7d9" },
    ]);
    expect(deploymentsOf([deployed("1", Number.NaN), deployed("2", 0)])).toEqual([]);
  });
});

describe("restarts", () => {
  test("are the distinct times of termination, each with the exit code seen beside it", () => {
    const restarts = restartsOf(
      [
        {
          labels: { ...pod, reason: "OOMKilled" },
          points: [
            [60_000, 50],
            [120_000, 50],
          ],
        },
        { labels: { ...pod, reason: "Error" }, points: [[180_000, 170]] },
      ],
      [
        {
          labels: pod,
          points: [
            [60_000, 137],
            [120_000, 137],
            [180_000, 1],
          ],
        },
      ],
    );
    expect(restarts).toEqual([
      {
        kind: "restart",
        atMs: 50_000,
        pod: "photos-1",
        container: "web",
        reason: "OOMKilled",
        exitCode: 137,
      },
      { kind: "restart", atMs: 170_000, pod: "photos-1", container: "web", reason: "Error", exitCode: 1 },
    ]);
  });

  test("of two containers at the same second are two, and take no exit code from each other", () => {
    const other = { ...pod, container: "sidecar" };
    const restarts = restartsOf(
      [
        { labels: { ...pod, reason: "Error" }, points: [[60_000, 50]] },
        { labels: { ...other, reason: "Error" }, points: [[60_000, 50]] },
      ],
      [{ labels: other, points: [[60_000, 2]] }],
    );
    expect(restarts.map(({ container, exitCode }) => [container, exitCode])).toEqual([
      ["web", null],
      ["sidecar", 2],
    ]);
  });
});

test("a period leaves out what lies before it and after it, and keeps the newest of too many", () => {
  const at = (atMs: number) => ({ kind: "deployment" as const, atMs, version: "1" });
  expect(eventsIn({ fromMs: 10, toMs: 20 }, [at(21), at(20), at(11), at(10)])).toEqual([at(11), at(20)]);
  const many = Array.from({ length: 500 }, (_, index) => at(index + 1));
  const kept = eventsIn({ fromMs: 0, toMs: 1_000 }, many);
  expect([kept.length, kept[0]?.atMs, kept.at(-1)?.atMs]).toEqual([200, 301, 500]);
});
