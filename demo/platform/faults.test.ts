import { describe, expect, test } from "vitest";
import { parseFaultChange } from "./faults";

describe("a change of faults", () => {
  test.each([
    [
      { target: "photos", fault: "errors", on: "on" },
      { target: "photos", fault: "errors", on: true },
    ],
    [
      { target: "tickets", fault: "slowness", on: "off" },
      { target: "tickets", fault: "slowness", on: false },
    ],
    [
      { target: "weather", fault: "crash-loop", on: false },
      { target: "weather", fault: "crash-loop", on: false },
    ],
    [
      { target: "photos", fault: "deploy" },
      { target: "photos", fault: "deploy", on: true },
    ],
    [
      { target: "node-b", fault: "node-down", on: "on" },
      { target: "node-b", fault: "node-down", on: true },
    ],
    [
      { target: "photos", fault: "rollback" },
      { target: "photos", fault: "rollback", on: true },
    ],
    [
      { target: "tickets", fault: "init-crash-loop", on: "off" },
      { target: "tickets", fault: "init-crash-loop", on: false },
    ],
    [
      { target: "node-a", fault: "kubelet-unreachable", on: "on" },
      { target: "node-a", fault: "kubelet-unreachable", on: true },
    ],
    [
      { target: "platform", fault: "second-kube-state-metrics", on: "off" },
      { target: "platform", fault: "second-kube-state-metrics", on: false },
    ],
    [
      { target: "platform", fault: "storage-slow", on: "on" },
      { target: "platform", fault: "storage-slow", on: true },
    ],
    [
      { target: "platform", fault: "sign-in-down", on: "off" },
      { target: "platform", fault: "sign-in-down", on: false },
    ],
  ])("reads %j as %j", (input, change) => {
    expect(parseFaultChange(input)).toEqual(change);
  });

  test.each([
    [{ target: "node-a", fault: "errors" }, '"errors" can\'t happen to a node'],
    [{ target: "photos", fault: "node-down" }, '"node-down" can\'t happen to a capability'],
    [{ target: "platform", fault: "errors" }, '"errors" can\'t happen to the platform as a whole'],
    [{ target: "photos", fault: "ingress-errors" }, '"ingress-errors" can\'t happen to a capability'],
    [{ target: "music", fault: "errors" }, '"music" is not part of this platform'],
    [{ target: "photos", fault: "deploy", on: "off" }, "A deployment can't be switched off"],
    [{ target: "photos", fault: "rollback", on: "off" }, "A rollback can't be switched off"],
    [
      { target: "photos", fault: "kubelet-unreachable" },
      '"kubelet-unreachable" can\'t happen to a capability',
    ],
    [{ target: "photos", fault: "errors", on: "maybe" }, "A change has a target, a fault, and on or off"],
    [{ target: "photos", fault: "errors", more: 1 }, "A change has a target, a fault, and on or off"],
    [{ target: "__proto__", fault: "errors" }, '"__proto__" is not part of this platform'],
    [null, "A change has a target, a fault, and on or off"],
  ])("refuses %j with a sentence that names the wrong word", (input, sentence) => {
    expect(() => parseFaultChange(input)).toThrow(sentence);
  });
});
