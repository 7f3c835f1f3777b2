import { describe, expect, test } from "vitest";
import type { CapabilityEvent } from "@/lib/evaluation/event";
import { runtimeOf } from "./runtime";

const NOW_MS = 10 * 60_000;
const good = <T>(data: T[]) => ({ ok: true as const, data, atMs: NOW_MS });
const bad = <T>(data: T[] | null, atMs = NOW_MS - 60_000) => ({
  ok: false as const,
  failure: { code: "timeout" as const, message: "It did not answer in time." },
  last: data && { data, atMs },
});
const samples = (value: number) => [{ labels: {}, value }];
const one = (value: number) => good(samples(value));
const named = (...names: string[]) => names.map((image) => ({ labels: { image }, value: 1 }));
const images = (...names: string[]) => good(named(...names));
const empty = {
  images: good([]),
  replicasWanted: good([]),
  replicasReady: good([]),
  replicasUpdated: good([]),
  deployments: good([]),
};
const failed = {
  images: bad<never>(null),
  replicasWanted: bad<never>(null),
  replicasReady: bad<never>(null),
  replicasUpdated: bad<never>(null),
  deployments: bad<never>(null),
};
const UNASKED = { code: "timeout", message: "It did not answer in time." };

test("what could not be asked, and never was, is null, each part for itself, with the reason", () => {
  expect(runtimeOf(failed)).toEqual({
    versions: null,
    replicas: null,
    rollingOut: null,
    lastDeployment: null,
    lastKnown: { reason: UNASKED, asOfMs: null },
  });
  expect(runtimeOf({ ...failed, replicasReady: one(2) })).toMatchObject({
    replicas: { ready: 2, wanted: null, updated: null },
    rollingOut: null,
    lastKnown: { reason: UNASKED, asOfMs: null },
  });
});

test("what could not be asked stays as it was last known, as of its oldest part, with the reason", () => {
  expect(
    runtimeOf({
      images: bad(named("photos:1.4.2"), 5_000),
      replicasWanted: bad(samples(2), 6_000),
      replicasReady: one(1),
      replicasUpdated: bad(samples(2)),
      deployments: bad([{ kind: "deployment", atMs: 1, version: "1.4.2" }]),
    }),
  ).toEqual({
    versions: ["1.4.2"],
    replicas: { ready: 1, wanted: 2, updated: 2 },
    rollingOut: false,
    lastDeployment: { version: "1.4.2", atMs: 1 },
    lastKnown: { reason: UNASKED, asOfMs: 5_000 },
  });
});

test("of many containers that wait twenty are listed, and all are counted", () => {
  const waits = (count: number) =>
    good(
      Array.from({ length: count }, (_, nth) => ({
        labels: { pod: `web-${nth}`, container: "app", reason: "ImagePullBackOff" },
        value: 1,
      })),
    );
  const listed = (count: number) => {
    const { waiting, waitingTotal } = runtimeOf({ ...empty, waiting: waits(count) });
    return [waiting?.length, waitingTotal];
  };
  expect(listed(20)).toEqual([20, undefined]);
  expect(listed(50)).toEqual([20, 50]);
});

test("an empty answer is not nought replicas, and is an answer", () => {
  expect(runtimeOf(empty)).toEqual({
    versions: null,
    replicas: null,
    rollingOut: null,
    lastDeployment: null,
    lastKnown: null,
  });
});

test("rolling out is fewer updated replicas than wanted; a replica that isn't ready is something else", () => {
  const replicas = { ...empty, replicasWanted: one(3), replicasReady: one(1) };
  expect(runtimeOf({ ...replicas, replicasUpdated: one(1) }).rollingOut).toBe(true);
  expect(runtimeOf({ ...replicas, replicasUpdated: one(3) }).rollingOut).toBe(false);
});

test("the last deployment is the newest one, restarts left aside", () => {
  const runtime = runtimeOf({
    ...empty,
    deployments: good<CapabilityEvent>([
      { kind: "deployment", atMs: 1, version: "1.4.1" },
      { kind: "deployment", atMs: 2, version: "1.4.2" },
      { kind: "restart", atMs: 3, pod: "p", container: "c", reason: "Error", exitCode: 1 },
    ]),
  });
  expect(runtime.lastDeployment).toEqual({ version: "1.4.2", atMs: 2 });
});

describe("a version", () => {
  test.each([
    ["registry.example:5000/team/photos:1.4.2", "1.4.2"],
    ["photos:1.4.2@sha256:0123456789abcdef0123", "1.4.2"],
    ["photos@sha256:0123456789abcdef0123", "0123456789ab"],
    ["registry.example:5000/photos", "latest"],
  ])("of %s is %s", (image, version) => {
    expect(runtimeOf({ ...empty, images: images(image) }).versions).toEqual([version]);
  });

  test("is listed once each, in the order of its numbers, while two run side by side", () => {
    const { versions } = runtimeOf({
      ...empty,
      images: images("a/photos:1.10.0", "b/photos:1.9.0", "photos:1.9.0"),
    });
    expect(versions).toEqual(["1.9.0", "1.10.0"]);
  });

  test("has its image's name where several images run", () => {
    const { versions } = runtimeOf({ ...empty, images: images("photos:1.4.2", "redis:7") });
    expect(versions).toEqual(["photos 1.4.2", "redis 7"]);
  });
});
