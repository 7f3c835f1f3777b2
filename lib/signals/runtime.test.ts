import { describe, expect, test } from "vitest";
import { runtimeOf } from "./runtime";

const one = (value: number) => [{ labels: {}, value }];
const images = (...names: string[]) => names.map((image) => ({ labels: { image }, value: 1 }));
const nothing = {
  images: null,
  replicasWanted: null,
  replicasReady: null,
  replicasUpdated: null,
  deployments: null,
};

test("what could not be asked is null, each part for itself", () => {
  expect(runtimeOf(nothing)).toEqual({
    versions: null,
    replicas: null,
    rollingOut: null,
    lastDeployment: null,
  });
  expect(runtimeOf({ ...nothing, replicasReady: one(2) })).toMatchObject({
    replicas: { ready: 2, wanted: null, updated: null },
    rollingOut: null,
  });
});

test("an empty answer is not nought replicas", () => {
  expect(
    runtimeOf({ ...nothing, replicasReady: [], replicasWanted: [], replicasUpdated: [] }).replicas,
  ).toBeNull();
  expect(runtimeOf({ ...nothing, images: [] }).versions).toBeNull();
});

test("rolling out is fewer updated replicas than wanted; a replica that isn't ready is something else", () => {
  const replicas = { ...nothing, replicasWanted: one(3), replicasReady: one(1) };
  expect(runtimeOf({ ...replicas, replicasUpdated: one(1) }).rollingOut).toBe(true);
  expect(runtimeOf({ ...replicas, replicasUpdated: one(3) }).rollingOut).toBe(false);
});

test("the last deployment is the newest one, restarts left aside", () => {
  const runtime = runtimeOf({
    ...nothing,
    deployments: [
      { kind: "deployment", atMs: 1, version: "1.4.1" },
      { kind: "deployment", atMs: 2, version: "1.4.2" },
      { kind: "restart", atMs: 3, pod: "p", container: "c", reason: "Error", exitCode: 1 },
    ],
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
    expect(runtimeOf({ ...nothing, images: images(image) }).versions).toEqual([version]);
  });

  test("is listed once each, in the order of its numbers, while two run side by side", () => {
    const { versions } = runtimeOf({
      ...nothing,
      images: images("a/photos:1.10.0", "b/photos:1.9.0", "photos:1.9.0"),
    });
    expect(versions).toEqual(["1.9.0", "1.10.0"]);
  });

  test("bears its image's name where several images run", () => {
    const { versions } = runtimeOf({ ...nothing, images: images("photos:1.4.2", "redis:7") });
    expect(versions).toEqual(["photos 1.4.2", "redis 7"]);
  });
});
