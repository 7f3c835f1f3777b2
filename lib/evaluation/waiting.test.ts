import { expect, test } from "vitest";
import { waitingOf } from "./waiting";

const labels = (pod: string, container: string, reason: string) => ({
  labels: { namespace: "photos", pod, container, reason },
});

test("a container that waits for two reasons is one, with the back-off", () => {
  const samples = [labels("web-2", "app", "ErrImagePull"), labels("web-2", "app", "ImagePullBackOff")];
  for (const order of [samples, samples.toReversed()])
    expect(waitingOf(order)).toEqual({
      waiting: [{ pod: "web-2", container: "app", reason: "ImagePullBackOff" }],
      total: 1,
    });
});

test("a pod without a container is one that no node takes", () => {
  const samples = [{ labels: { namespace: "photos", pod: "web-3" } }];
  expect(waitingOf(samples).waiting).toEqual([{ pod: "web-3", container: null, reason: null }]);
});

test("twenty are listed, by name, however many there are and however long their names", () => {
  const samples = Array.from({ length: 300 }, (_, nth) =>
    labels(`web-${String(999 - nth)}${"x".repeat(10_000)}`, "app", "CrashLoopBackOff"),
  );
  const { waiting, total } = waitingOf(samples);
  expect([waiting.length, total]).toEqual([20, 300]);
  expect(waiting[0]?.pod).toMatch(/^web-700x+$/);
  expect(waiting.every(({ pod }) => pod.length <= 253)).toBe(true);
});

test("what hides or ends a line is no part of a name", () => {
  const [first] = waitingOf([labels("web\n\u202e2", "a\u200bpp", "\u2066")]).waiting;
  expect(first).toEqual({ pod: "web 2", container: "a pp", reason: null });
});
