import {
  type BadPart,
  judgeParts,
  NO_BAD_PARTS,
  needsParts,
  type PartsBefore,
  type SeenParts,
} from "./parts";
import {
  type ConditionTransition,
  INITIAL_STATE,
  type JudgedThreshold,
  type StepReading,
  type StepState,
  step,
} from "./step";

/** One evaluation of a series that lies in the past. A gap in the series is a point without data, not a point left out. */
export type ReplayPoint = {
  atMs: number;
  reading: StepReading;
  /**
   * What was seen of the line's parts then; null: they could not be asked. Absent where the line has none, or none whose absence could
   * change the judgement.
   */
  seenParts?: () => SeenParts | null;
};

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
  /** The reading that was judged last, once the parts were looked at; null without points. */
  reading: StepReading | null;
  /** The parts that were bad and are remembered at the end. */
  badParts: readonly BadPart[];
};

/** What a point's reading is worth given its parts, as the evaluator has it: it looks at them only where they matter. */
export function readingByParts(
  { atMs, reading, seenParts }: ReplayPoint,
  before: PartsBefore,
  threshold: JudgedThreshold,
): { reading: StepReading; badParts: readonly BadPart[] } {
  if (!seenParts) return { reading, badParts: before.badParts };
  const seen = needsParts(reading, before, threshold) ? seenParts() : null;
  return judgeParts(reading, before, seen, threshold, atMs);
}

/**
 * Runs `step` over a series as if each point were an evaluation cycle: what the threshold would have done, and where it stands.
 *
 * A line with parts is judged by these first, by the same function as the evaluator's.
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
  let badParts = NO_BAD_PARTS;
  let lastReading: StepReading | null = null;
  const spans: Span[] = [];
  const transitions: Replay["transitions"] = [];
  for (const point of points) {
    const { atMs } = point;
    const before = state.judged.condition;
    const byParts = readingByParts(point, { badParts, condition: before }, threshold);
    const { reading } = byParts;
    badParts = byParts.badParts;
    lastReading = reading;
    const result = step(state, reading, threshold, { atMs, intervalSeconds, unknownUntilMs });
    state = result.state;
    // Parts that could not be asked are this tenant's alone, and no cycle that failed.
    if (point.reading.kind === "unknown") unknownUntilMs = atMs;
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
  if (state.judged.condition === "ok") badParts = NO_BAD_PARTS;
  return { state, spans, transitions, reading: lastReading, badParts };
}
