import { expect, test } from "vitest";
import type { TestStage } from "@/lib/test-alerts/test-alert";
import { stepsOf } from "./test-alert-steps";

test.each<[TestStage, string]>([
  ["asked", "Asked for ✓, Queued, Sending, Accepted"],
  ["queued", "Asked for ✓, Queued ✓, Sending, Accepted"],
  ["sending", "Asked for ✓, Queued ✓, Sending ✓, Accepted"],
  ["put-off", "Asked for ✓, Queued ✓, Sending, Accepted"],
  ["refused", "Asked for ✓, Queued ✓, Sending ✓, Refused ✗"],
  ["accepted", "Asked for ✓, Queued ✓, Sending ✓, Accepted ✓"],
  ["received", "Asked for ✓, Queued ✓, Sending ✓, Accepted ✓"],
])("a test alert that is %s has come as far as: %s", (stage, steps) => {
  const marks = { done: " ✓", refused: " ✗", open: "" };
  expect(
    stepsOf(stage)
      .map(({ name, state }) => `${name}${marks[state]}`)
      .join(", "),
  ).toBe(steps);
});
