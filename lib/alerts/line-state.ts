import { INITIAL_LINE, type LineState } from "./judge";

/** A line's state as the database has it. `missingTold` is the name of `missingThread` there, which older builds read as well. */
type StoredLineState = Omit<LineState, "missingThread"> & { missingTold: LineState["missingThread"] };

/** The state as it is written to the database. */
export function lineStateText({ missingThread, ...state }: LineState): string {
  const stored: StoredLineState = { ...state, missingTold: missingThread };
  return JSON.stringify(stored);
}

/** A state as it was read. One that another version wrote differently begins anew; an open alert then goes on firing all the same. */
export function lineStateOf(stored: unknown): LineState {
  if (!isStored(stored)) return INITIAL_LINE;
  const { missingTold, ...state } = stored;
  return { ...state, missingThread: missingTold ?? null };
}

function isStored(value: unknown): value is StoredLineState {
  const state = value as Partial<StoredLineState> | null;
  return (
    typeof state === "object" &&
    typeof state?.step?.judged?.condition === "string" &&
    typeof state.step.data === "object" &&
    typeof state.version === "number" &&
    Array.isArray(state.turns)
  );
}
