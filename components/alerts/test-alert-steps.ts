import type { TestStage } from "@/lib/test-alerts/test-alert";

const STEPS = ["Asked for", "Queued", "Sending", "Accepted"] as const;

/** How many of the steps are done at each stage. */
const DONE: Record<TestStage, number> = {
  asked: 1,
  queued: 2,
  sending: 3,
  "put-off": 2,
  refused: 3,
  accepted: 4,
  received: 4,
};

/** A step of a test alert's way. `refused` is the last of all, and takes the place of "Accepted". */
export type TestStep = { name: string; state: "done" | "open" | "refused" };

/** The steps of a test alert, as far as it has come. */
export function stepsOf(stage: TestStage): TestStep[] {
  return STEPS.map((name, index) => {
    if (stage === "refused" && index === STEPS.length - 1) return { name: "Refused", state: "refused" };
    return { name, state: index < DONE[stage] ? "done" : "open" };
  });
}
