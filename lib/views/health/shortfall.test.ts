import { expect, test } from "vitest";
import { shortfallOf } from "./shortfall";

const replicas = (ready: number | null, wanted: number | null) => ({ ready, wanted, updated: null });
const waiting = (reason: string) => [{ pod: "web-2", container: "app", reason }];
const NEW = true;

test.each([
  ["some are missing", { replicas: replicas(1, 2), rollingOut: false }, NEW, { ready: 1, wanted: 2 }],
  ["all are missing", { replicas: replicas(0, 2), rollingOut: true }, NEW, { ready: 0, wanted: 2 }],
  ["all are ready", { replicas: replicas(2, 2), rollingOut: false }, NEW, null],
  ["there are more than wanted", { replicas: replicas(3, 2), rollingOut: true }, NEW, null],
  ["it is scaled to zero", { replicas: replicas(0, 0), rollingOut: false }, NEW, null],
  ["a rollout has one ready", { replicas: replicas(1, 2), rollingOut: true }, NEW, null],
  [
    "a rollout creates a container",
    { replicas: replicas(1, 2), rollingOut: true, waiting: waiting("ContainerCreating") },
    NEW,
    null,
  ],
  [
    "a rollout is stuck",
    { replicas: replicas(1, 2), rollingOut: true, waiting: waiting("ImagePullBackOff") },
    NEW,
    { ready: 1, wanted: 2 },
  ],
  ["a part isn't known", { replicas: replicas(null, 2), rollingOut: false }, NEW, null],
  ["nothing is known", { replicas: null, rollingOut: null }, NEW, null],
  ["what is known is old", { replicas: replicas(0, 2), rollingOut: false }, !NEW, null],
])("where %s, replicas are short of what is missing", (_, runtime, isFresh, short) => {
  expect(shortfallOf(runtime, isFresh)).toEqual(short);
});
