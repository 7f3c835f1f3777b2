import { expect, test } from "vitest";
import { ownName } from "./line-name";

const probes = { id: "availability", label: "Successful probes" };
const replicas = { id: "replicas", label: "Ready replicas" };
const availability = { id: "availability", title: "Availability", lines: [probes, replicas] };

test("the line with its signal's id goes by the title, and those beside it by their labels", () => {
  expect(ownName(availability, probes)).toBe("Availability");
  expect(ownName(availability, replicas)).toBe("Ready replicas");
});

test("a signal whose lines are all resources of it has no name for them here", () => {
  const cpu = { id: "cpu", label: "CPU" };
  expect(ownName({ id: "saturation", title: "Saturation", lines: [cpu] }, cpu)).toBeNull();
});
