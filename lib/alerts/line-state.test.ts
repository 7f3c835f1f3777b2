import { expect, test } from "vitest";
import { INITIAL_LINE, type LineState } from "./judge";
import { lineStateOf, lineStateText } from "./line-state";

const STATE: LineState = {
  ...INITIAL_LINE,
  step: { ...INITIAL_LINE.step, data: { ...INITIAL_LINE.step.data, kind: "missing", sinceMs: 1_000 } },
  version: 3,
  turns: [500],
  missingThread: { id: "thread-1", lineKey: "availability/availability", openedAtMs: 2_000 },
  badParts: [],
};

test.each([INITIAL_LINE, STATE])("a state is read as it was written: %j", (state) => {
  expect(lineStateOf(JSON.parse(lineStateText(state)))).toEqual(state);
});

test("the stored JSON keeps the key that builds beside this one read", () => {
  expect(JSON.parse(lineStateText(STATE))).toMatchObject({
    missingTold: STATE.missingThread,
    turns: [500],
    version: 3,
  });
  expect(lineStateText(STATE)).not.toContain("missingThread");
});

test.each([
  null,
  "text",
  {},
  { ...INITIAL_LINE, turns: null },
  { ...INITIAL_LINE, step: { judged: {} } },
  { ...INITIAL_LINE, version: "3" },
])("what another version wrote differently begins anew: %j", (stored) => {
  expect(lineStateOf(stored)).toBe(INITIAL_LINE);
});
