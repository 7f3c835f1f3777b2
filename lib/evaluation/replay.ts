import {
  type ConditionTransition,
  INITIAL_STATE,
  type JudgedThreshold,
  type StepReading,
  type StepState,
  step,
} from "./step";

/** One evaluation of a series that lies in the past. A gap in the series is a point without data, not a point left out. */
export type ReplayPoint = { atMs: number; reading: StepReading };

/** A stretch of time in one condition. `toMs` is where the next one began; the last one ends at the last point. */
export type Span = {
  condition: "pending" | "firing" | "recovering";
  fromMs: number;
  toMs: number;
};

export type Replay = {
  state: StepState;
  spans: Span[];
  /** Every edge, oldest first, with the value that was judged; null where the edge came from missing data. */
  transitions: { kind: ConditionTransition; atMs: number; value: number | null }[];
};

/**
 * Runs `step` over a series as if each point were an evaluation cycle: what the threshold would have done, and where it stands.
 * @param points oldest first; readings that could not be asked are `unknown`
 * @param intervalSeconds how far apart the points are
 * @param from the state before the first point
 */
export function replay(
  points: readonly ReplayPoint[],
  threshold: JudgedThreshold,
  intervalSeconds: number,
  from: StepState = INITIAL_STATE,
): Replay {
  let state = from;
  let unknownUntilMs: number | null = null;
  const spans: Span[] = [];
  const transitions: Replay["transitions"] = [];
  for (const { atMs, reading } of points) {
    const before = state.judged.condition;
    const result = step(state, reading, threshold, { atMs, intervalSeconds, unknownUntilMs });
    state = result.state;
    if (reading.kind === "unknown") unknownUntilMs = atMs;
    if (result.transition)
      transitions.push({
        kind: result.transition,
        atMs,
        value: reading.kind === "value" ? reading.value : null,
      });
    const last = spans.at(-1);
    if (last && before !== "ok") last.toMs = atMs;
    const { condition } = state.judged;
    const opens = condition !== "ok" && (condition !== before || last === undefined);
    if (opens) spans.push({ condition, fromMs: atMs, toMs: atMs });
  }
  return { state, spans, transitions };
}
